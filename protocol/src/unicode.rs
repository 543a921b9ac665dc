//! What single characters are, where the text rules ask the same question: marks, things nobody can see.
//!
//! Knows nothing about names, bodies or screens; it only classifies.

pub(crate) use unicode_normalization::char::is_combining_mark;

/// Marks allowed on one base character. Written languages need up to six (Burmese); text that is made to
/// spill over its neighbours uses dozens.
pub(crate) const MAX_MARKS: usize = 6;

/// Whether a reader sees nothing where this character stands: white space, controls and all that
/// Unicode says to ignore in display.
pub(crate) fn is_invisible(c: char) -> bool {
    const BRAILLE_BLANK: char = '\u{2800}';
    c.is_whitespace() || c.is_control() || c == BRAILLE_BLANK || is_default_ignorable(c) || is_noncharacter(c)
}

/// The property `Default_Ignorable_Code_Point` (Unicode 17, with the ranges kept for more of them), and the marks of
/// interlinear annotation, which terminals do not draw either.
pub(crate) fn is_default_ignorable(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// Characters that turn the direction of the text around them: embeddings, overrides and isolates. With them a name can
/// be shown as another one.
pub(crate) fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Code points that Unicode keeps for a program's own use and that no text may carry between programs.
pub(crate) fn is_noncharacter(c: char) -> bool {
    matches!(c, '\u{fdd0}'..='\u{fdef}') || u32::from(c) & 0xfffe == 0xfffe
}
