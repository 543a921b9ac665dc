//! From text to rows, in two steps that are kept: what a message says as words with their widths, whatever the
//! pane's width is; and the rows of the last width. No colours, and nothing of what is around a message.

mod breaks;
mod cache;
mod code;
mod flow;
mod markdown;
mod table;

pub use breaks::{fit, width};
pub use cache::Cache;
pub use flow::{Flow, FlowBuilder, Row, wrap};
pub use markdown::flow;

#[cfg(test)]
mod tests;
