use serde_json::{Value, json};

use super::*;

#[test]
fn slack_markup_becomes_markdown() {
    for (slack, markdown) in [
        ("*bold* and _em_ and ~gone~", "**bold** and _em_ and ~~gone~~"),
        ("a*b*c 2 * 3 * 4 **bold** ~~gone~~", "a*b*c 2 * 3 * 4 **bold** ~~gone~~"),
        ("* item\n* item", "* item\n* item"),
        ("*<https://x.org/a?b=1&amp;c=2|see (it)>*", "**[see (it)](https://x.org/a?b=1&c=2)**"),
        (
            "<https://x.org/(a)|x> <https://x.org> <mailto:a@x.org|a@x.org>",
            "[x](https://x.org/%28a%29) https://x.org [a@x.org](mailto:a@x.org)",
        ),
        ("<@U123|bob> <@U123> <#C1|ops>", "@bob @U123 #ops"),
        (
            "<!here> <!channel> <!everyone|x> <!subteam^S1|@team> <!date^1^{date}|today>",
            "@here @room @room @team today",
        ),
        ("a &lt;b&gt; &amp;amp; <b> <not closed", "a <b> &amp; <b> <not closed"),
        ("`a *b* &lt;c&gt;` *d*", "`a *b* <c>` **d**"),
        ("log: ```one\n*two* &lt;``` end", "log: \n```\none\n*two* <\n```\nend"),
        ("```open", "```open"),
        ("&gt; quoted\nnot", "> quoted\n\nnot"),
        (" - one\n   more\n - two\nafter", " - one\n   more\n - two\n\nafter"),
        ("<javascript:alert(1)|press> <tel:+49|call>", "press call"),
        ("[a](b) * c", "[a](b) * c"),
    ] {
        assert_eq!(to_markdown(slack), markdown, "{slack}");
    }
}

#[test]
fn plain_text_stays_plain() {
    for (text, markdown) in [
        ("[FIRING:1] disk_full on *db*", r"[FIRING:1] disk_full on \*db\*"),
        ("a ] b", r"a \] b"),
        ("_x_ `y` ~z~ \\", r"\_x\_ \`y\` \~z\~ \\"),
        ("two\nlines &amp; more", "two lines & more"),
        ("[a](https://x.org)", r"\[a\](https://x.org)"),
    ] {
        assert_eq!(mrkdwn::literal(text), markdown, "{text}");
    }
}

#[test]
fn a_color_is_a_mark() {
    for (color, mark) in [
        ("danger", Some("🔴")),
        ("#D63232", Some("🔴")),
        ("#e03e2f", Some("🔴")),
        ("warning", Some("🟡")),
        ("#daa038", Some("🟡")),
        ("good", Some("🟢")),
        ("#36a64f", Some("🟢")),
        ("2eb886", Some("🟢")),
        ("#439FE0", Some("🔵")),
        ("#808080", None),
        ("", None),
        ("#12", None),
        ("#éé12", None),
    ] {
        assert_eq!(color::mark(color), mark, "{color}");
    }
}

#[test]
fn the_text_stands_below_another_name_and_above_the_attachments() {
    let said = |json: Value| payload(&json, "alerts");
    assert_eq!(said(json!({ "text": "hello *you*" })).as_deref(), Some("hello **you**"));
    assert_eq!(said(json!({ "text": "hi", "username": "Alerts" })).as_deref(), Some("hi"));
    assert_eq!(said(json!({ "text": "hi", "username": "bob" })).as_deref(), Some("**bob:** hi"));
    assert_eq!(said(json!({ "text": "a\nb", "username": "bob" })).as_deref(), Some("**bob:**\na\nb"));
    assert_eq!(
        said(json!({ "title": "Backup", "message": "done", "type": "info" })).as_deref(),
        Some("**Backup**\ndone")
    );
    assert_eq!(said(json!({ "content": "from elsewhere" })).as_deref(), Some("from elsewhere"));
    let both = json!({ "text": "above", "attachments": [{ "text": "below" }, { "text": "last" }] });
    assert_eq!(said(both).as_deref(), Some("above\nbelow\nlast"));
    for nothing in [
        json!({}),
        json!({ "text": "  " }),
        json!({ "text": 3 }),
        json!([]),
        json!({ "attachments": "x" }),
        json!({ "blocks": [{}] }),
    ] {
        assert_eq!(said(nothing.clone()), None, "{nothing}");
    }
}

#[test]
fn an_attachment_says_all_of_its_parts() {
    let whole = json!({ "attachments": [{
        "fallback": "not shown", "pretext": "before", "color": "danger", "author_name": "CI", "author_link": "https://ci.org",
        "title": "Build 7", "title_link": "https://ci.org/7", "text": "*failed*\n> why",
        "fields": [{ "title": "Branch", "value": "main" }, { "title": "Took:", "value": 12 }, { "title": "Log", "value": "```a```" }],
        "actions": [{ "type": "button", "text": "Open", "url": "https://ci.org/7" }, { "type": "button", "text": "Nothing" }],
        "footer": "ci_bot", "ts": 1
    }] });
    let expected = "before\n🔴 [CI](https://ci.org)\n**[Build 7](https://ci.org/7)**\n**failed**\n> why\n\n**Branch:** main\n\
                    **Took:** 12\n**Log:**\n```\na\n```\n[Open](https://ci.org/7)\n_ci_bot_";
    assert_eq!(payload(&whole, "x").as_deref(), Some(expected));
    let fallback = json!({ "attachments": [{ "fallback": "all there is", "color": "#808080" }] });
    assert_eq!(payload(&fallback, "x").as_deref(), Some("all there is"));
}

#[test]
fn blocks_are_shown_in_place_of_the_text() {
    let blocks = json!({ "text": "for those who cannot", "blocks": [
        { "type": "header", "text": { "type": "plain_text", "text": "Deploy *1*" } },
        { "type": "section", "text": { "type": "mrkdwn", "text": "*done* by <@U1|ann>" },
          "fields": [{ "type": "mrkdwn", "text": "*Took*\n3 s" }, { "type": "plain_text", "text": "a*b" }],
          "accessory": { "type": "button", "text": { "type": "plain_text", "text": "Open" }, "url": "https://x.org" } },
        { "type": "divider" },
        { "type": "context", "elements": [{ "type": "mrkdwn", "text": "`main`" }, { "type": "image", "image_url": "https://x.org/i.png", "alt_text": "i" }] },
        { "type": "rich_text", "elements": [{ "type": "rich_text_section", "elements": [
            { "type": "text", "text": "see " }, { "type": "link", "url": "https://x.org", "text": "this" } ] }] },
        { "type": "new_kind", "text": { "type": "mrkdwn", "text": "still *readable*" } }
    ] });
    let expected = "**Deploy \\*1\\***\n**done** by @ann\n**Took** 3 s\na\\*b\n[Open](https://x.org)\n\n---\n\
                    `main` · [i](https://x.org/i.png)\nsee [this](https://x.org)\nstill **readable**";
    assert_eq!(payload(&blocks, "x").as_deref(), Some(expected));
}

/// Whatever a program sends, it is read, and what is made of it can be read again.
#[test]
fn no_payload_is_too_odd() {
    let mut deep = json!({ "type": "x", "text": { "text": "far down" } });
    for _ in 0..100 {
        deep = json!({ "type": "x", "elements": [deep] });
    }
    let odd = [
        "<",
        "<>",
        "<|>",
        "<@>",
        "<!>",
        "<!^|>",
        "&",
        "*",
        "**",
        "***",
        "*a",
        "~",
        "``",
        "```",
        "````",
        "`````a",
        "<a|b",
        ">",
        "&gt;&gt;",
        "é*ü*é",
        "<https://x|>",
        "*<https://x|*>*",
    ];
    for text in odd {
        for json in [
            json!({ "text": text }),
            json!({ "attachments": [{ "title": text, "title_link": text, "text": text, "color": text, "footer": text }] }),
        ] {
            if let Some(said) = payload(&json, "x") {
                _ = crate::blocks::parse(&said, &|_| None);
            }
        }
    }
    assert_eq!(payload(&json!({ "blocks": [deep] }), "x"), None);
}
