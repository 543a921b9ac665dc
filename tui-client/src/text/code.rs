//! Which pieces of code are comments, strings, numbers and words of the language. It is a look at the surface, which costs
//! one pass over the text: enough to find one's way in a few lines, in most languages that people paste.
//!
//! Written here because what is at hand is not made for a loop that draws: see ARCHITECTURE.md.

use crate::text::span::{Role, SpanStyle};

/// Longer blocks stay as they are.
const LONGEST: usize = 64 * 1024;

/// What is special in a language.
struct Syntax {
    /// What people write behind a fence.
    names: &'static str,
    /// What begins a comment that goes to the end of its line.
    line: &'static [&'static str],
    /// What begins and ends a comment of any length.
    block: Option<(&'static str, &'static str)>,
    /// What begins and ends a string.
    quotes: &'static [&'static str],
    words: &'static str,
}

const C_LIKE: &str = "abstract as async auto await bool boolean break byte case catch char class const constexpr continue \
            default defer delete do double else enum export extends extern false final finally float for from func \
            function go goto if implements import in instanceof int interface let long map namespace new nil null \
            nullptr of override package private protected public range readonly return select short signed sizeof \
            static string struct super switch template this throw throws true try type typedef typename typeof \
            undefined union unsigned using val var virtual void volatile when while yield";

const SYNTAXES: &[Syntax] = &[
    Syntax {
        names: "rust rs",
        line: &["//"],
        block: Some(("/*", "*/")),
        quotes: &["\""],
        words: "as async await bool break char const continue crate dyn else enum extern f32 f64 false fn for i128 i16 \
            i32 i64 i8 if impl in isize let loop match mod move mut pub ref return self Self static str struct super \
            trait true type u128 u16 u32 u64 u8 union unsafe use usize where while",
    },
    Syntax {
        names: "c h cpp c++ cc hpp cs csharp java js javascript jsx mjs ts typescript tsx go golang kotlin kt swift scala \
            dart php zig proto",
        line: &["//"],
        block: Some(("/*", "*/")),
        quotes: &["\"", "'", "`"],
        words: C_LIKE,
    },
    Syntax {
        names: "python py python3",
        line: &["#"],
        block: None,
        quotes: &["\"\"\"", "'''", "\"", "'"],
        words: "and as assert async await break class continue def del elif else except False finally for from global if \
            import in is lambda match None nonlocal not or pass raise return self True try while with yield",
    },
    Syntax {
        names: "sh bash zsh shell console fish dockerfile docker make makefile just",
        line: &["#"],
        block: None,
        quotes: &["\"", "'"],
        words: "case do done echo elif else esac eval exec exit export fi for function if in local return set shift \
            source sudo then trap unset until while FROM RUN COPY ADD ENV CMD ENTRYPOINT WORKDIR EXPOSE ARG USER \
            VOLUME LABEL",
    },
    Syntax {
        names: "ruby rb perl pl elixir ex r julia nix",
        line: &["#"],
        block: None,
        quotes: &["\"", "'"],
        words: "alias and begin break case class def defmodule do else elsif end ensure false fn for function if in \
            inherit let module my next nil not or rec require rescue return self sub super then true unless until use \
            when while with yield",
    },
    Syntax {
        names: "toml yaml yml ini conf config properties env",
        line: &["#"],
        block: None,
        quotes: &["\"\"\"", "\"", "'"],
        words: "true false null yes no on off",
    },
    Syntax {
        names: "json jsonc json5",
        line: &["//"],
        block: Some(("/*", "*/")),
        quotes: &["\""],
        words: "true false null",
    },
    Syntax {
        names: "sql sqlite postgres mysql psql",
        line: &["--"],
        block: Some(("/*", "*/")),
        quotes: &["'", "\""],
        words: "add all alter and as asc begin between by case commit constraint create cross default delete desc \
            distinct drop else end exists foreign from full group having if in index inner insert integer into is \
            join key left like limit not null offset on or order outer primary references returning right rollback \
            select set table text then union unique update using values view when where with",
    },
    Syntax {
        names: "lua haskell hs elm",
        line: &["--"],
        block: None,
        quotes: &["\"", "'"],
        words: "and break case class data do else elseif end false for function goto if import in instance let local \
            module newtype nil not of or repeat return then true type until where while",
    },
    Syntax {
        names: "html xml svg vue svelte",
        line: &[],
        block: Some(("<!--", "-->")),
        quotes: &["\"", "'"],
        words: "",
    },
    Syntax { names: "css scss less", line: &[], block: Some(("/*", "*/")), quotes: &["\"", "'"], words: "" },
];

/// Where each style begins in a block of code.
pub(super) fn styles(lang: &str, code: &str) -> Vec<(usize, SpanStyle)> {
    let lang = lang.split_whitespace().next().unwrap_or_default().to_lowercase();
    if code.len() > LONGEST {
        return vec![(0, SpanStyle::of(Role::Code))];
    }
    if matches!(lang.as_str(), "diff" | "patch") {
        return diff(code);
    }
    match SYNTAXES.iter().find(|syntax| !lang.is_empty() && syntax.names.split(' ').any(|name| name == lang)) {
        Some(syntax) => coloured(syntax, code),
        None => vec![(0, SpanStyle::of(Role::Code))],
    }
}

fn coloured(syntax: &Syntax, code: &str) -> Vec<(usize, SpanStyle)> {
    // SQL is written either way.
    let any_case = syntax.line.contains(&"--");
    let mut styles = Vec::new();
    let mut put = |at: usize, role: Role| {
        if styles.last().is_none_or(|(_, style): &(usize, SpanStyle)| style.role != role) {
            styles.push((at, SpanStyle::of(role)));
        }
    };
    let mut at = 0;
    while let Some(first) = code[at..].chars().next() {
        let rest = &code[at..];
        let (role, length) = if let Some(length) = comment(syntax, rest, code[..at].chars().next_back()) {
            (Role::Comment, length)
        } else if let Some(quote) = syntax.quotes.iter().find(|quote| rest.starts_with(**quote)) {
            (Role::Literal, string(rest, quote))
        } else if first.is_ascii_digit() {
            (Role::Literal, run(rest, |char| char.is_ascii_alphanumeric() || matches!(char, '_' | '.')))
        } else if first.is_alphabetic() || first == '_' {
            let length = run(rest, |char| char.is_alphanumeric() || char == '_');
            let word = &rest[..length];
            let is_known =
                syntax.words.split(' ').any(|known| known == word || any_case && word.eq_ignore_ascii_case(known));
            (if is_known { Role::Keyword } else { Role::Text }, length)
        } else {
            (Role::Text, first.len_utf8())
        };
        put(at, role);
        at += length;
    }
    styles
}

/// The bytes of the comment that this begins with.
fn comment(syntax: &Syntax, rest: &str, before: Option<char>) -> Option<usize> {
    if let Some((begin, end)) = syntax.block.filter(|(begin, _)| rest.starts_with(begin)) {
        return Some(rest[begin.len()..].find(end).map_or(rest.len(), |at| begin.len() + at + end.len()));
    }
    let begin = syntax.line.iter().find(|begin| rest.starts_with(**begin))?;
    // `$#`, `a#b` and `https://` do not begin comments.
    let stands_alone = before.is_none_or(char::is_whitespace) || (*begin == "//" && before != Some(':'));
    stands_alone.then(|| rest.find('\n').unwrap_or(rest.len()))
}

/// The bytes of the string that this begins with. One quote ends with its line if it is not closed there: it may be an
/// apostrophe.
fn string(rest: &str, quote: &str) -> usize {
    let mut at = quote.len();
    while let Some(char) = rest[at..].chars().next() {
        if rest[at..].starts_with(quote) {
            return at + quote.len();
        }
        match char {
            '\\' => at += 1 + rest[at + 1..].chars().next().map_or(0, char::len_utf8),
            '\n' if quote.len() == 1 && quote != "`" => return at,
            char => at += char.len_utf8(),
        }
    }
    rest.len()
}

fn run(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|char| !belongs(char)).unwrap_or(text.len())
}

/// Lines that came, lines that went, and where.
fn diff(code: &str) -> Vec<(usize, SpanStyle)> {
    let mut styles = Vec::new();
    let mut at = 0;
    for line in code.split_inclusive('\n') {
        let role = match line.as_bytes() {
            [b'+', ..] => Role::Good,
            [b'-', ..] => Role::Removed,
            [b'@', b'@', ..] => Role::Keyword,
            _ => Role::Text,
        };
        styles.push((at, SpanStyle::of(role)));
        at += line.len();
    }
    styles
}

#[cfg(test)]
mod tests;
