//! What can be said of how a page looks without an eye: whether texts stand out from their ground, whether all that can
//! be used has a name, whether one sees where the keyboard is.

use serde_json::{Value, json};

use super::Page;
use crate::text;

/// Measures every text that is on screen.
const LOW_CONTRAST: &str = include_str!("contrast.js");
/// Looks at what has the focus.
const FOCUS: &str = include_str!("focus.js");
/// What people use, or are told the beginning and end of, and so must be able to name.
const NAMED: &[&str] = &[
    "button",
    "link",
    "textbox",
    "searchbox",
    "combobox",
    "checkbox",
    "ColorWell",
    "option",
    "listbox",
    "dialog",
    "DisclosureTriangle",
    "DisclosureTriangleGrouped",
    "navigation",
    "complementary",
    "region",
];

/// How the machine is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColorScheme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Page {
    /// Sets the machine to light or dark, without motion: a test clicks where things are, not where they go.
    pub async fn color_scheme(&self, scheme: ColorScheme) {
        let scheme = if scheme == ColorScheme::Light { "light" } else { "dark" };
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.call("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }

    /// Shows it as it would be printed.
    pub async fn print_media(&self, printed: bool) {
        self.call("Emulation.setEmulatedMedia", json!({ "media": if printed { "print" } else { "" } })).await;
    }

    /// The texts on screen that stand out too little from their ground (WCAG AA: 4.5 to 1; large ones 3 to 1).
    pub async fn low_contrast_texts(&self) -> Vec<String> {
        let faint = self.eval(LOW_CONTRAST).await;
        faint.as_array().expect("a list").iter().map(text).collect()
    }

    /// What a screen reader would come to and could not name.
    pub async fn unnamed(&self) -> Vec<String> {
        let tree = self.call("Accessibility.getFullAXTree", json!({})).await;
        let nodes = tree["nodes"].as_array().cloned().unwrap_or_default();
        let said = |node: &Value, what: &str| node[what]["value"].as_str().unwrap_or_default().trim().to_owned();
        let must = |node: &&Value| node["ignored"] != true && NAMED.contains(&&*said(node, "role"));
        nodes.iter().filter(must).filter(|node| said(node, "name").is_empty()).map(Value::to_string).collect()
    }

    /// Which element the keyboard is at.
    ///
    /// # Panics
    /// When it cannot be seen: it is out of sight, or looks as it does without the focus.
    pub async fn focus(&self) -> String {
        let focus = self.eval(FOCUS).await;
        let name = text(&focus["name"]);
        if focus["seen"] != true || focus["marked"] != true {
            self.fail(&format!("one does not see that the keyboard is at {name}: {focus}")).await;
        }
        name
    }
}
