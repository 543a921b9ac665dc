//! From text to rows, in two steps that are kept: what a message says as words with their widths, whatever the
//! pane's width is; and the rows of the last width. No colours, and nothing of what is around a message.

mod breaks;
mod cache;
mod code;
pub(crate) mod editor;
pub(crate) mod event;
pub(crate) mod files;
mod flow;
mod markdown;
pub(crate) mod retention;
pub(crate) mod span;
pub(crate) mod time;

pub(crate) use breaks::{fit, width};
pub(crate) use cache::Cache;
pub(crate) use flow::{Row, TextFlow, TextFlowBuilder, wrap};
pub(crate) use markdown::flow;

#[cfg(test)]
mod tests;
