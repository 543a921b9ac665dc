//! What comes onto the screen, and how many bytes it takes, whatever anyone wrote.

use proptest::{collection::vec, prelude::*, sample::select};
use unicode_width::UnicodeWidthChar;

use super::{
    super::{diff::LINK_BYTES, renderer::Renderer},
    grid::{Grid, Measure},
    is_certain,
};
use crate::{
    keys::key::Key,
    screen::{
        links::{self, Links},
        theme::Theme,
    },
    tests::scene::Scene,
    text,
    update::input::Input,
};

/// The most bytes that a cell takes, with moving there and its style; most take one.
const CELL_BYTES: usize = 48;

/// A client and the terminal that it is on.
struct Stage {
    scene: Scene,
    renderer: Renderer,
    grid: Grid,
    measure: Measure,
    size: (u16, u16),
}

impl Stage {
    fn new(width: u16, height: u16, measure: Measure) -> Self {
        let mut scene = Scene::new(width, height);
        scene.theme = Theme { links: true, ..scene.theme };
        Self {
            scene,
            renderer: Renderer::default(),
            grid: Grid::new(width, height, measure),
            measure,
            size: (width, height),
        }
    }

    /// Draws; gives back what was written.
    fn draw(&mut self) -> String {
        let mut written = Vec::new();
        self.renderer.draw(&self.scene.state, self.scene.theme, &mut written).unwrap();
        let written = String::from_utf8(written).unwrap();
        self.grid.take_in(&written);
        written
    }

    /// Every column shows what it should: only a character whose width is uncertain may be cut, and only where the terminal
    /// gives one more cells than it has here.
    fn check(&self) {
        let mut links = Links::default();
        let picture = self.scene.linked(&mut links);
        let (width, height) = self.size;
        let fits = picture.content.iter().all(|cell| (self.measure)(cell.symbol()) <= as_meant(cell.symbol()));
        for y in 0..height {
            let mut x = 0;
            while x < width {
                let wanted = &picture[(x, y)];
                let wide = as_meant(wanted.symbol());
                let shown = self.grid.cell(x, y);
                let context = || format!("{x},{y} shows {shown:?}\n{}", self.scene.screen());
                if is_certain(wanted.symbol()) {
                    assert_eq!(shown.text, wanted.symbol(), "{}", context());
                    let address = links.of(wanted).map(|(_, address)| address.to_owned());
                    assert!(shown.link.is_none() || shown.link == address, "{address:?} {}", context());
                } else {
                    let whole = wanted.symbol().starts_with(&shown.text) || (shown.text == " " && !fits);
                    assert!(whole, "{}", context());
                    for covered in x + 1..(x + wide).min(width) {
                        let text = &self.grid.cell(covered, y).text;
                        assert!(text.is_empty() || text == " ", "{covered},{y} shows {text:?}\n{}", context());
                    }
                }
                x += wide;
            }
        }
    }
}

fn as_meant(cluster: &str) -> u16 {
    u16::try_from(text::width(cluster)).unwrap_or(u16::MAX).max(1)
}

/// Each character for itself, as the C library counts them.
fn by_character(cluster: &str) -> u16 {
    let wide: usize = cluster.chars().filter_map(UnicodeWidthChar::width).sum();
    u16::try_from(wide).unwrap_or(u16::MAX).max(1)
}

fn wider(cluster: &str) -> u16 {
    as_meant(cluster) + u16::from(!is_certain(cluster))
}

fn narrower(cluster: &str) -> u16 {
    (as_meant(cluster) - u16::from(!is_certain(cluster))).max(1)
}

const MEASURES: [Measure; 4] = [as_meant, by_character, wider, narrower];

/// Text of which terminals do not agree, and some of which they do.
const PIECES: [&str; 32] = [
    "hello ",
    "ශ්‍රී ලංකාව ",
    "⌚︎x",
    "a\u{200d}b",
    "❤\u{fe0f}",
    "👨\u{200d}👩\u{200d}👧\u{200d}👦",
    "🇨🇭🇩",
    "1\u{fe0f}\u{20e3}",
    "👍🏽",
    "क्षि",
    "ก็",
    "ﾞｶﾞ",
    "\u{1100}\u{1161}\u{11a8}",
    "\u{1100}",
    "e\u{301}\u{301}\u{301}",
    "日本",
    "ｗ",
    "\t",
    "\n",
    "\u{202e}abc",
    "﷽",
    "🏴\u{e0067}\u{e0062}\u{e007f}",
    "x\u{20dd}",
    "**bold** _it_ ",
    "`code` ",
    "\n> q\n",
    "@bob ",
    "https://example.org/a/b ",
    "[click](https://example.org/é) ",
    "\n```rust\nfn main() {}\n```\n",
    "\n| a | b |\n|-|-|\n| ක | ⌚ |\n",
    "\u{600}12 ",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![4 => vec(select(&PIECES[..]), 1..12).prop_map(|pieces| pieces.concat()), 1 => "\\PC{1,30}"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_other_column_stays_where_it_belongs(
        texts in vec(text(), 1..5), draft in text(), query in text(), width in 30_u16..90, measure in select(&MEASURES[..]),
    ) {
        let mut stage = Stage::new(width, 18, measure);
        stage.draw();
        stage.check();
        for text in &texts {
            stage.scene.says("bob", text);
            stage.draw();
            stage.check();
        }
        stage.scene.input(Input::Paste(draft));
        stage.draw();
        stage.check();
        stage.scene.press(Key::ctrl('c'));
        stage.scene.press(Key::ctrl('k'));
        stage.scene.input(Input::Paste(query));
        stage.draw();
        stage.check();
    }
}

/// Text that costs as much as it can.
fn costly() -> impl Strategy<Value = String> {
    const COSTLY: [&str; 9] = [
        "👩\u{200d}👩\u{200d}👩\u{200d}👩\u{200d}👩\u{200d}👩\u{200d}👩\u{200d}👩",
        "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
        "a\u{1d167}\u{1d168}\u{1d169}\u{1d16a}\u{1d16b}",
        "ก็็็็็็็",
        "**a**b*c*~~d~~`e`",
        "@alice",
        "क\u{94d}षि",
        "x\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}",
        "日",
    ];
    prop_oneof![
        vec(select(&COSTLY[..]), 1..3).prop_map(|pieces| pieces.concat().repeat(300)),
        (1_usize..15_000, 1_usize..300).prop_map(|(length, count)| {
            let link = |number| format!("https://example.org/{number}/{} ", "x".repeat(length));
            (0..count).map(link).collect::<String>().chars().take(16_000).collect()
        }),
        (1_usize..2_000, "\\PC{1,3}").prop_map(|(length, words)| {
            format!("[{words}](https://example.org/{}) ", "y".repeat(length)).repeat(16_000 / (length + 30))
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_picture_is_small_whatever_anyone_writes(
        texts in vec(costly(), 1..6), size in select(&[(80_u16, 24_u16), (40, 10), (200, 60)][..]),
    ) {
        let (width, height) = size;
        let most = usize::from(width) * usize::from(height) * CELL_BYTES + LINK_BYTES;
        let mut stage = Stage::new(width, height, as_meant);
        for text in &texts {
            stage.scene.says("bob", text);
            let written = stage.draw();
            let whole = written.len();
            prop_assert!(whole <= most, "{whole} bytes of at most {most} at {width}x{height}");
            let links = written.split("\x1b]8;").skip(1).filter_map(|link| link.find("\x1b\\"));
            let links: usize = links.map(|end| end + "\x1b]8;\x1b\\".len()).sum();
            prop_assert!(links <= LINK_BYTES, "{links} bytes of links at {width}x{height}");
        }
        stage.check();
    }
}

#[test]
fn a_link_is_one_sequence_a_row_also_when_a_part_of_it_changes() {
    let mut stage = Stage::new(40, 12, as_meant);
    let address = format!("https://example.org/{}", "long/".repeat(20));
    stage.scene.says("bob", &address);
    let written = stage.draw();
    let rows = stage.scene.screen().lines().filter(|row| row.contains("long")).count();
    assert!(rows > 2, "{}", stage.scene.screen());
    assert_eq!(written.matches(&address).count(), rows);
    assert_eq!(written.matches("\x1b]8;;\x1b\\").count(), rows);
    stage.scene.press_code(crate::keys::key::Code::Esc);
    let written = stage.draw();
    stage.check();
    assert!(written.matches(&address).count() <= rows, "{written:?}");
    let leads = |stage: &Stage| {
        let cells = (0..12).flat_map(|y| (0..40).map(move |x| (x, y)));
        cells.filter(|&(x, y)| stage.grid.cell(x, y).link.as_deref() == Some(&address)).count()
    };
    assert_eq!(leads(&stage), address.len(), "every cell of it leads there");
}

#[test]
fn what_is_too_long_for_a_terminal_is_text() {
    let mut stage = Stage::new(80, 60, as_meant);
    let link = |length: usize| {
        let address = "https://example.org/";
        format!("{address}{}", "x".repeat(length - address.len()))
    };
    stage.scene.says("bob", &link(links::LONGEST + 1));
    assert!(!stage.draw().contains("\x1b]8;id="));
    stage.scene.says("bob", &link(links::LONGEST / 2));
    assert!(stage.draw().contains("\x1b]8;id="));
}
