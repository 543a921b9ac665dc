//! Turns the state into what the terminal is written: the parts of the picture that changed.

use std::{
    cell::RefCell,
    io::{self, Write},
    rc::Rc,
};

use ratatui::TerminalOptions;

use super::{screen::Screen, steady::Steady};
use crate::{links::Links, state::State, theme::Theme, view};

/// Knows what is on the screen.
pub(super) struct Painter<W: Write> {
    screen: ratatui::Terminal<Screen<W>>,
    steady: Steady,
    links: Rc<RefCell<Links>>,
}

impl<W: Write> Painter<W> {
    /// Paints on an empty screen, which takes the bytes.
    ///
    /// # Errors
    /// When the terminal does not tell its size.
    pub(super) fn new(out: W, options: TerminalOptions) -> io::Result<Self> {
        let links = Rc::new(RefCell::new(Links::default()));
        let screen = ratatui::Terminal::with_options(Screen::new(out, Rc::clone(&links)), options)?;
        Ok(Self { screen, steady: Steady::default(), links })
    }

    /// Draws the state.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(super) fn draw(&mut self, state: &State, theme: Theme) -> io::Result<()> {
        let Self { screen, steady, links } = self;
        screen.draw(|frame| {
            let mut links = links.borrow_mut();
            links.begin();
            view::draw(state, theme, &mut links, frame);
            steady.prepare(frame.buffer_mut(), &links);
        })?;
        Ok(())
    }
}
