//! What stands where in a picture: a click means what the user saw there.

use std::rc::Rc;

use crate::{
    state::{Spot, geometry::Area},
    text::span::SpanStyle,
};

/// The spots of the last picture, in the order in which they were drawn.
#[derive(Debug, Default)]
pub(crate) struct Spots(Vec<(Area, Spot)>);

impl Spots {
    /// Begins a picture.
    pub(crate) fn begin(&mut self) {
        self.0.clear();
    }

    /// Something was drawn there.
    pub(super) fn add(&mut self, area: Area, spot: Spot) {
        self.0.push((area, spot));
    }

    /// A part of a text was drawn there.
    pub(super) fn add_part(&mut self, area: Area, style: &SpanStyle) {
        if let Some(target) = &style.target {
            self.add(area, Spot::Target(Rc::clone(target)));
        }
        if let Some(href) = &style.href {
            self.add(area, Spot::Link(Rc::clone(href)));
        }
    }

    /// What stands on top there.
    pub(crate) fn at(&self, x: u16, y: u16) -> Option<&Spot> {
        let holds = |area: &Area| {
            (area.x..area.x.saturating_add(area.width)).contains(&x)
                && (area.y..area.y.saturating_add(area.height)).contains(&y)
        };
        self.0.iter().rev().find(|(area, _)| holds(area)).map(|(_, spot)| spot)
    }
}
