//! Bundles that run in node as their modules would, and modules that are refused.

use super::*;

/// Files of a page around these modules, `/js/main.js` among them.
fn files(modules: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
    modules.iter().map(|(path, text)| (format!("/js/{path}"), text.as_bytes().to_vec())).collect()
}

fn bundled(modules: &[(&str, &str)]) -> String {
    let [(_, script)] = scripts(&mut files(modules), &[]).unwrap().try_into().unwrap();
    script
}

#[track_caller]
fn refused(modules: &[(&str, &str)], why: &str) {
    refused_beside(&[], modules, why);
}

/// Where the document starts other modules, too.
#[track_caller]
fn refused_beside(started: &[&str], modules: &[(&str, &str)], why: &str) {
    let entries: Vec<_> = started.iter().map(|path| format!("/js/{path}")).collect();
    let refusal = scripts(&mut files(modules), &entries).unwrap_err();
    assert!(refusal.contains(why), "{refusal}");
}

#[test]
fn what_is_exported_reaches_who_imports_it() {
    let script = bundled(&[
        ("main.js", "import { greet as hello } from \"./a/greet.js\";\nconsole.log(hello(\"you\"));"),
        ("a/greet.js", "import { MARK } from \"../mark.js\";\nexport function greet(name) { return name + MARK; }"),
        ("mark.js", "// a comment\nexport const MARK = \"!\";"),
    ]);
    assert!(!script.contains("import") && !script.contains("comment"), "{script}");
    assert!(script.contains("console.log"), "{script}");
}

#[test]
fn a_module_runs_after_those_that_it_imports_and_once() {
    let script = bundled(&[
        ("main.js", "import { b } from \"./b.js\";\nimport { a } from \"./a.js\";\nuse(a, b, \"main\");"),
        ("b.js", "import { a } from \"./a.js\";\nuse(\"of b\");\nexport const b = [a];"),
        ("a.js", "use(\"of a\");\nexport const a = [];"),
    ]);
    let [a, b, main] = ["of a", "of b", "main"].map(|text| {
        assert_eq!(script.matches(text).count(), 1, "{script}");
        script.find(text).unwrap()
    });
    assert!(a < b && b < main, "{script}");
}

#[test]
fn what_is_imported_when_needed_is_fetched_then() {
    let modules = [
        (
            "main.js",
            "import { mark } from \"./mark.js\";\ndocument.onclick = async () => (await import(\"./dialog.js\")).open(mark);",
        ),
        ("mark.js", "use(\"of both\");\nexport const mark = [];"),
        (
            "dialog.js",
            "import { words } from \"./words.js\";\nimport { mark } from \"./mark.js\";\nexport function open() { show(words, \
             mark); }",
        ),
        ("words.js", "export const words = \"of a dialog\";"),
    ];
    let scripts = BTreeMap::from_iter(scripts(&mut files(&modules), &[]).unwrap());
    let (main, later) = (&scripts["/js/main.js"], &scripts["/js/later.js"]);
    assert!(main.contains("import(\"./later.js\")") || main.contains("import(`./later.js`)"), "{main}");
    assert!(!main.contains("of a dialog") && later.contains("of a dialog"), "{later}");
    assert!(main.contains("of both") && !later.contains("of both"), "what the page has already is handed over");
}

#[test]
fn what_is_not_plain_is_refused() {
    refused(&[("main.js", "import \"./none.js\";")], "there is no /js/none.js");
    refused(&[("main.js", "import { b } from \"./a.js\";"), ("a.js", "export const a = 1;")], "does not export b");
    refused(&[("main.js", "import a from \"./a.js\";"), ("a.js", "export default 1;")], "/js/a.js exports");
    refused(&[("main.js", "export let count = 1;")], "can change");
    refused(&[("main.js", "console.log(import.meta.url);")], "where it stands");
    refused(&[("main.js", "import(name);")], "while it runs");
    refused(
        &[
            ("main.js", "import { a } from \"./a.js\"; a;"),
            ("a.js", "import { b } from \"./b.js\"; export const a = b;"),
            ("b.js", "import { a } from \"./a.js\"; export const b = a;"),
        ],
        "imports itself",
    );
    refused(&[("main.js", "let 1;")], "/js/main.js");
}

#[test]
fn what_the_document_starts_beside_the_page_stays_a_script_of_its_own() {
    let document = "<head>\n  <script type=\"module\" async src=\"js/ahead.js\"></script>\n  <script type=\"module\" \
                    src=\"js/main.js\"></script>\n</head>\n";
    let entries = entry_points(document);
    assert_eq!(entries, ["/js/ahead.js"]);
    let modules = [
        (
            "main.js",
            "import { answer } from \"./ahead.js\";\nimport { shared } from \"./shared.js\";\nshow(answer, shared);",
        ),
        ("ahead.js", "import { shared } from \"./shared.js\";\nexport const answer = fetch(shared());"),
        ("shared.js", "const WHERE = \"an address\";\nexport const shared = () => WHERE;"),
    ];
    let scripts = BTreeMap::from_iter(scripts(&mut files(&modules), &entries).unwrap());
    let (main, ahead) = (&scripts["/js/main.js"], &scripts["/js/ahead.js"]);
    assert!(main.contains("from\"./ahead.js\"") && !main.contains("fetch"), "{main}");
    assert!(ahead.contains("fetch") && ahead.contains("as answer}"), "{ahead}");
    assert!(main.contains("an address") && ahead.contains("an address"), "both have what they share");
}

#[test]
fn what_stands_in_two_scripts_holds_nothing() {
    let main = ("main.js", "import { shared } from \"./shared.js\";\nshared;");
    let ahead = ("ahead.js", "import { shared } from \"./shared.js\";\nexport const asked = [shared];");
    for state in ["let n = 0;", "const list = [];", "const made = new Map();", "const got = fetch(\"/\");", "start();"]
    {
        let text = format!("{state}\nexport const shared = () => 1;");
        refused_beside(&["ahead.js"], &[main, ahead, ("shared.js", &text)], "stands in two scripts");
    }
    refused_beside(&["none.js"], &[main, ("shared.js", "export const shared = 1;")], "there is no /js/none.js");
}

#[test]
fn the_document_names_one_sheet() {
    let document = "<head>\n  <link rel=\"stylesheet\" href=\"css/a.css\">\n  <link rel=\"stylesheet\" \
                    href=\"css/b.css\">\n  <link rel=\"modulepreload\" href=\"js/a.js\">\n</head>\n";
    let (document, sheets) = with_one_sheet(document).unwrap();
    assert_eq!(document, "<head>\n<link rel=\"stylesheet\" href=\"css/page.css\">\n</head>\n");
    assert_eq!(sheets, ["/css/a.css", "/css/b.css"]);
}

/// The sources as they are.
#[test]
fn the_page_becomes_few_files() {
    let page = bundle(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../static"))).unwrap();
    let folder = format!("{}{}", crate::ASSETS, page.version);
    let own: Vec<_> = page.files.keys().filter(|path| path.starts_with(crate::ASSETS)).cloned().collect();
    assert_eq!(
        own,
        ["css/page.css", "js/later.js", "js/main.js", "js/prefetch.js"].map(|path| format!("{folder}/{path}"))
    );
    let document = String::from_utf8(page.files[DOCUMENT].clone()).unwrap();
    for path in own.iter().filter(|path| !path.ends_with("/later.js")) {
        assert!(document.contains(&format!("=\"{path}\"")), "{path} is not in {document}");
    }
    assert!(!document.contains("modulepreload"), "{document}");
}
