//! placeholder until landed
#[derive(Debug)]
pub struct Emoji(String);
impl Emoji {
    pub fn parse(t: &str) -> Result<Self, String> {
        if t.is_ascii() || t.chars().count() > 10 { Err("not one emoji".into()) } else { Ok(Self(t.into())) }
    }
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
