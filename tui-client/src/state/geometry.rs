//! Where everything stands on a screen of any size. No drawing here, so that scrolling knows the heights too.

/// A terminal's size in cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Size {
    pub(crate) width: u16,
    pub(crate) height: u16,
}

/// Which panes the user wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Panes {
    pub(crate) rooms: bool,
    pub(crate) people: bool,
}

/// A rectangle of cells; an empty one is not drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Area {
    pub(crate) x: u16,
    pub(crate) y: u16,
    pub(crate) width: u16,
    pub(crate) height: u16,
}

/// How much stands beside the messages, from narrow terminals to wide ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Breadth {
    /// Under 60 columns: only messages.
    Narrow,
    /// From 60 columns: one rail, rooms above people.
    Rail,
    /// From 110 columns: rooms left, people right.
    Wide,
}

/// From this width on there is a rail.
const RAIL_FROM: u16 = 60;
/// From this width on there are two panes.
const WIDE_FROM: u16 = 110;
/// From this width on text is not made wider, because long rows are hard to read.
const CAP_FROM: u16 = 170;
/// That is as wide as text gets.
const TEXT_CAP: u16 = 100;
/// From this height on there is a title, and the composer grows.
const TITLE_FROM: u16 = 16;
/// From this height on there are a typing row and a status row.
const STATUS_FROM: u16 = 10;
/// From this height on a wide screen has a rule below its title.
const TITLE_RULE_FROM: u16 = 20;

const RAIL_WIDTH: u16 = 17;
const ROOMS_WIDTH: u16 = 24;
const PEOPLE_WIDTH: u16 = 23;
/// The composer grows to a third of the screen, and not beyond this.
const COMPOSER_MAX: u16 = 10;
/// Cells of the composer that are not text: the prompt, and a place for the cursor at the end.
const COMPOSER_FRAME: u16 = 4;

/// The columns of the messages pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Columns {
    /// Cells for names; 0 where the name stands before the text.
    pub(crate) name: u16,
    /// Cells before the text: the mark of the selection, time, name and gaps.
    pub(crate) gutter: u16,
    /// Cells of the text.
    pub(crate) text: u16,
    /// Cells right of the text: a gap, the mark of an own message, and a margin where there is room for one.
    pub(crate) mark: u16,
}

/// Shorter names have as much room, so that the text stays where it is when somebody comes.
const LEAST_NAME: u16 = 5;

/// Cells of `09:02`.
pub(crate) const TIME: u16 = 5;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Geometry {
    pub(crate) screen: Area,
    /// What stands beside the messages.
    pub(crate) breadth: Breadth,
    pub(crate) title: Area,
    /// The rule below the title.
    pub(crate) title_rule: Area,
    /// The rooms, or rooms above people.
    pub(crate) rooms: Area,
    pub(crate) messages: Area,
    /// The columns of the messages.
    pub(crate) columns: Columns,
    pub(crate) people: Area,
    /// The thread beside its room, in place of the people; empty where it stands in place of the messages.
    pub(crate) thread: Area,
    /// The columns of the thread.
    pub(crate) thread_columns: Columns,
    /// Who is typing, or a notice.
    pub(crate) typing: Area,
    /// The rule above the composer.
    pub(crate) rule: Area,
    /// What is answered or edited, above the composer.
    pub(crate) context: Area,
    pub(crate) composer: Area,
    pub(crate) status: Area,
}

impl Geometry {
    /// For a screen; `names` are the cells of the longest name that is to stand beside messages. `composer_rows` tells how many
    /// rows the draft takes in a width, `notice_rows` how many the notice takes.
    pub(crate) fn new(
        screen: Size,
        panes: Panes,
        thread: bool,
        names: usize,
        has_context: bool,
        composer_rows: impl Fn(usize) -> usize,
        notice_rows: impl Fn(usize) -> usize,
    ) -> Self {
        let Size { width, height } = screen;
        let breadth = match width {
            WIDE_FROM.. => Breadth::Wide,
            RAIL_FROM.. => Breadth::Rail,
            _ => Breadth::Narrow,
        };
        let has_status = height >= STATUS_FROM;
        let has_title = height >= TITLE_FROM;
        let has_title_rule = breadth == Breadth::Wide && height >= TITLE_RULE_FROM;

        let grown = u16::try_from(composer_rows(composer_text(width))).unwrap_or(COMPOSER_MAX);
        let composer_height = if has_title { grown.clamp(1, COMPOSER_MAX.min(height / 3)) } else { 1.min(height) };
        let row = |y: u16, there: bool| Area { x: 0, y, width, height: u16::from(there) };
        let title = row(0, has_title);
        let title_rule = row(title.height, has_title_rule);
        let status = row(height.saturating_sub(1), has_status);
        let composer_y = height - status.height - composer_height;
        let composer = Area { x: 0, y: composer_y, width, height: composer_height };
        let has_context = has_context && has_status;
        let context = row(composer_y.saturating_sub(u16::from(has_context)), has_context);
        let rule = row(context.y.saturating_sub(u16::from(has_title)), has_title);
        let top = title.height + title_rule.height;
        let body = composer_y - context.height - rule.height - top;

        let left = match breadth {
            Breadth::Wide if panes.rooms => ROOMS_WIDTH,
            Breadth::Rail if panes.rooms => RAIL_WIDTH,
            _ => 0,
        };
        // A thread stands beside its room where both can be read.
        let right = match breadth {
            Breadth::Wide if thread => (width - left) / 2,
            Breadth::Wide if panes.people => PEOPLE_WIDTH,
            _ => 0,
        };
        let rooms = Area { x: 0, y: top, width: left, height: body };
        let people = Area { x: width - right, y: top, width: right, height: body };
        let x = left + u16::from(left > 0);
        let middle = width - x - right - u16::from(right > 0);
        // Messages go up by as much as a notice needs: it covers none of them.
        let notice = u16::try_from(notice_rows(usize::from(middle.saturating_sub(2)).max(1))).unwrap_or(u16::MAX);
        let typing_height = u16::from(has_status).max(notice.min(body / 2)).min(body);
        let messages = Area { x, y: top, width: middle, height: body - typing_height };
        let typing = Area { x, y: top + messages.height, width: middle, height: typing_height };
        let screen = Area { x: 0, y: 0, width, height };
        let columns = Columns::new(if thread { width.min(WIDE_FROM) } else { width }, middle, names);
        let thread = if breadth == Breadth::Wide && thread { people } else { Area::default() };
        let thread_columns = Columns::new(width.min(WIDE_FROM), thread.width, names);
        Self {
            screen,
            breadth,
            title,
            title_rule,
            rooms,
            messages,
            columns,
            people,
            thread,
            thread_columns,
            typing,
            rule,
            context,
            composer,
            status,
        }
    }

    /// Where the messages are that have the keys, and in which columns.
    pub(crate) fn active(&self) -> (Area, Columns) {
        if self.thread.width > 0 { (self.thread, self.thread_columns) } else { (self.messages, self.columns) }
    }

    /// The cells of a row of the composer's text.
    pub(crate) fn composer_text(&self) -> usize {
        composer_text(self.screen.width)
    }
}

fn composer_text(width: u16) -> usize {
    usize::from(width.saturating_sub(COMPOSER_FRAME).max(1))
}

impl Columns {
    fn new(screen: u16, pane: u16, names: usize) -> Self {
        let most = match screen {
            CAP_FROM.. => 20,
            140.. => 16,
            WIDE_FROM.. => 12,
            RAIL_FROM.. => 10,
            _ => 0,
        };
        let name = u16::try_from(names).unwrap_or(u16::MAX).clamp(LEAST_NAME.min(most), most);
        let gap = u16::from(name > 0);
        // The mark of the selection, the time, the name.
        let gutter = (1 + TIME + 1 + name + gap).min(pane);
        let mark = if name > 0 { 3 } else { 2 };
        let room = (pane - gutter).saturating_sub(mark).max(1);
        let text = if screen >= CAP_FROM { room.min(TEXT_CAP) } else { room };
        Self { name, gutter, text, mark }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Panes = Panes { rooms: true, people: true };

    fn geometry(width: u16, height: u16, rows: usize) -> Geometry {
        Geometry::new(Size { width, height }, ALL, width % 2 == 1, 7, height % 2 == 1, |_| rows, |_| 0)
    }

    #[test]
    fn no_size_is_too_small_and_nothing_lies_outside() {
        for width in 0..200 {
            for height in 0..60 {
                let all = geometry(width, height, 100);
                for area in [
                    all.title,
                    all.title_rule,
                    all.rooms,
                    all.messages,
                    all.people,
                    all.thread,
                    all.typing,
                    all.rule,
                    all.context,
                    all.composer,
                    all.status,
                ] {
                    assert!(
                        area.x + area.width <= width && area.y + area.height <= height,
                        "{width}x{height} {area:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn the_breakpoints_are_where_they_should_be() {
        assert_eq!(geometry(59, 24, 1).breadth, Breadth::Narrow);
        assert_eq!(geometry(60, 24, 1).breadth, Breadth::Rail);
        assert_eq!(geometry(110, 24, 1).breadth, Breadth::Wide);
        assert_eq!(geometry(200, 24, 1).columns.text, TEXT_CAP);
        assert_eq!(geometry(80, 15, 1).title.height, 0);
        assert_eq!(geometry(80, 9, 1).status.height, 0);
        assert_eq!(geometry(40, 10, 3).messages.height, 7);
    }

    #[test]
    fn a_notice_has_rows_of_its_own() {
        for height in 0..60 {
            let size = Size { width: 80, height };
            let without = geometry(80, height, 1);
            for rows in 0..30 {
                let with = Geometry::new(size, ALL, false, 7, height % 2 == 1, |_| 1, |_| rows);
                assert_eq!(with.messages.height + with.typing.height, without.messages.height + without.typing.height);
                assert_eq!(with.typing.y, with.messages.y + with.messages.height);
                assert!(with.messages.height >= without.messages.height / 2, "{height} {rows}");
                assert_eq!(with.composer, without.composer);
            }
        }
        assert_eq!(Geometry::new(Size { width: 80, height: 24 }, ALL, false, 7, false, |_| 1, |_| 3).typing.height, 3);
        assert_eq!(Geometry::new(Size { width: 80, height: 8 }, ALL, false, 7, false, |_| 1, |_| 2).typing.height, 2);
    }

    #[test]
    fn the_composer_grows_upwards_and_not_for_ever() {
        assert_eq!(geometry(80, 24, 2).composer.height, 2);
        assert_eq!(geometry(80, 24, 99).composer.height, 8);
        assert_eq!(geometry(80, 12, 99).composer.height, 1);
    }
}
