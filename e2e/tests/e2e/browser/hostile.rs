//! Whatever others write, call themselves or call a room: it stands there as text and does nothing.

use chat_e2e::{Browser, Person, Server};
use serde_json::json;

/// Each would call `harm()` if it were anything but text.
const SCRIPTS: &[&str] = &[
    "<script>harm(1)</script>",
    "<img src=x onerror=harm(2)>",
    "<svg onload=harm(3)><a xlink:href='javascript:harm(4)'>x</a></svg>",
    "[click me](javascript:harm(5)) <javascript:harm(6)> [me](JaVaScRiPt:harm(7)) [data](data:text/html,<script>harm(8)</script>)",
    "[tab](java\tscript:harm(9)) [entity](&#106;avascript:harm(10)) [vb](vbscript:harm(11)) [file](file:///etc/passwd)",
    "![picture](https://example.invalid/x.png\" onerror=\"harm(12))",
    "[quote](https://example.invalid/\"onmouseover=\"harm(13)) [ref]\n\n[ref]: javascript:harm(14)",
    "```html\"><script>harm(15)</script>\n</code></pre><script>harm(16)</script>\n```",
    "`</code><script>harm(17)</script>`",
    "<iframe srcdoc='<script>parent.harm(18)</script>'></iframe><style>*{display:none}</style><base href=//example.invalid>",
    "<form action=javascript:harm(19)><button>harm</button></form><dialog open>harm</dialog><meta http-equiv=refresh content=0>",
    "{{constructor.constructor('harm(20)')()}} ${harm(21)} <% harm(22) %>",
    "&lt;script&gt;harm(23)&lt;/script&gt; \\<script>harm(24)\\</script>",
];

#[tokio::test]
async fn text_from_others_is_text() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let mallory = Person::take(&server, "mallory").await;
    let name = "<img src=x onerror=harm(30)>\u{202e}";
    mallory.patch("/api/users/me", json!({ "display_name": name })).await.is(200);
    let topic = "<script>harm(31)</script> [x](javascript:harm(32))";
    mallory.patch("/api/rooms/lobby", json!({ "topic": topic })).await.is(200);
    for body in &SCRIPTS[..SCRIPTS.len() / 2] {
        mallory.say("lobby", body).await;
    }
    let page = browser.open(server.url()).await;
    page.connected().await;
    for body in &SCRIPTS[SCRIPTS.len() / 2..] {
        mallory.say("lobby", body).await;
    }
    mallory.say("lobby", "the end").await;
    page.shows_message("the end").await;
    page.shows("<script>harm(31)</script> [x](javascript:harm(32))").await;
    page.shows("<img src=x onerror=harm(30)>").await;
    for shown in ["<script>harm(1)</script>", "<img src=x onerror=harm(2)>", "<script>harm(17)</script>", "click me"] {
        page.shows_message(shown).await;
    }

    // Nothing but what the page itself makes of a body.
    let foreign = page.eval(
        "[...document.querySelectorAll('#messages .body *')].filter((one) => \
           !/^(P|A|EM|STRONG|S|CODE|PRE|UL|OL|LI|BR|BLOCKQUOTE|BDI|SPAN)$/.test(one.tagName) && !one.closest('.copy-code') && one.className !== 'code-block' || \
           [...one.attributes].some(({ name }) => /^on|^style$|^src/.test(name)) || \
           (one.tagName === 'A' && !/^(https?|mailto):/.test(one.href))).map((one) => one.outerHTML)",
    );
    assert_eq!(foreign.await, json!([]));
    let links =
        page.eval("[...document.querySelectorAll('#messages .body a')].filter((a) => !/noopener/.test(a.rel)).length");
    assert_eq!(links.await, 0);
    // A curious reader touches everything.
    page.eval("for (const one of document.querySelectorAll('#messages .body *:not(a)')) { one.click?.(); one.dispatchEvent(new MouseEvent('mouseover', { bubbles: true })); }").await;
    page.press("Control+k").await;
    page.click("combobox", "Go to a room, a person or a command").await;
    page.write("mallory").await;
    page.shows("@mallory").await;
    page.press("Escape").await;
    // All of it again, from what is kept.
    page.reload().await;
    page.shows_message("the end").await;
    page.say("still here").await;
    page.message_is("still here", "stored").await;
    browser.has_no_errors();
}

#[tokio::test]
async fn no_text_breaks_the_layout() {
    let Some(browser) = Browser::start().await else { return };
    let server = Server::start().await;
    let mallory = Person::take(&server, "mallory").await;
    let huge = "w".repeat(10_000);
    let zalgo = format!("z{}algo", "\u{0336}\u{0321}\u{0489}".repeat(300));
    let deep = "> ".repeat(200) + "deep";
    let bodies = [
        huge.as_str(),
        &zalgo,
        &deep,
        "\u{202e}txet siht nrut\u{202d} \u{2066}isolate\u{2069} שלום עולם مرحبا",
        "1. one\n   - two\n     1. three\n\n| no | table |\n|---|---|",
        &format!("```\n{huge}\n```"),
        &"line\n".repeat(2_000),
        "👨‍👩‍👧‍👦 ﷽ 𒐫 \u{fe0f} ｆｕｌｌ",
        &"*_~`[](".repeat(1_000),
    ];
    mallory.patch("/api/rooms/lobby", json!({ "topic": "t".repeat(200) })).await;
    mallory.patch("/api/users/me", json!({ "display_name": format!("{}\u{202e}", "n".repeat(60)) })).await.is(200);
    for body in bodies {
        mallory.say("lobby", body).await;
    }
    mallory.say("lobby", "the end").await;

    let page = browser.open(server.url()).await;
    page.shows_message("the end").await;
    for (width, height) in [(1280, 800), (320, 640)] {
        page.resize(width, height).await;
        page.until("the new size", &format!("innerWidth === {width}")).await;
        assert_eq!(page.overflows().await, [""; 0], "at {width}");
        // No row is drawn over its neighbours, and no letter out of its row.
        let over = page.eval(
            "(() => { const rows = [...document.querySelectorAll('#messages > [data-id]')]; \
             return rows.filter((row, at) => row.scrollWidth > row.clientWidth + 1 || \
               (rows[at + 1] && row.getBoundingClientRect().bottom > rows[at + 1].getBoundingClientRect().top + 1)) \
               .map((row) => row.innerText.slice(0, 60)) })()",
        );
        assert_eq!(over.await, json!([]), "at {width}");
    }
    page.say("still here").await;
    page.message_is("still here", "stored").await;
    browser.has_no_errors();
}
