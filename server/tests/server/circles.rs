//! Files of one folder do not need each other in a circle, in any of the crates: so each can be read after those that it names.
//!
//! A file and the folder of its name are one thing: what is in there may use what the file has. Tests use what they like.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs,
    path::Path,
};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

const CRATES: &[&str] = &["bench", "client", "e2e", "page", "protocol", "server", "testing", "tui-client"];

/// A module, or what one names: its path from the root of the crate.
type Name = Vec<String>;

#[test]
fn no_files_of_a_folder_need_each_other_in_a_circle() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut circles = Vec::new();
    for package in CRATES {
        let modules = read(&root.join(package).join("src"));
        for (folder, uses) in siblings(&modules) {
            let folder = [vec![(*package).to_owned()], folder].concat().join("/");
            circles.extend(circle(&uses).map(|files| format!("{folder}: {}", files.join(" → "))));
        }
    }
    assert_eq!(circles, Vec::<String>::new(), "put what they share where both find it");
}

#[test]
fn a_circle_is_found_however_it_is_written() {
    let modules = |files: &[(&str, &str)]| -> Modules {
        let parsed = files.iter().map(|(name, code)| (path(name), Module::of(code)));
        parsed.collect()
    };
    let found = |files: &[(&str, &str)]| siblings(&modules(files)).values().find_map(circle);
    let root = ("", "mod a; mod b; pub use a::A; pub use b::{B as C};");
    assert_eq!(found(&[root, ("a", "use crate::b;"), ("b", "fn x() { super::a::x() }")]).unwrap(), ["a", "b", "a"]);
    // By way of what the folder gives out, in a macro, from a file further in.
    assert!(found(&[root, ("a", "use super::{x, C};"), ("b", "fn x() { println!(\"{}\", crate::A) }")]).is_some());
    assert!(
        found(&[root, ("a", ""), ("a::c", "use super::super::b::X;"), ("b", "use super::a::{self, Y};")]).is_some()
    );
    // One way only, up and down, and in tests: no circles.
    assert_eq!(found(&[root, ("a", "use crate::b;"), ("b", "")]), None);
    assert_eq!(
        found(&[root, ("a", "mod c; use self::c::X;"), ("a::c", "use super::Y;"), ("b", "use crate::a;")]),
        None
    );
    let tested = "#[cfg(test)] mod tests { use crate::a; } #[cfg(test)] use super::a::X; fn x() {}";
    assert_eq!(found(&[root, ("a", "use super::b;"), ("b", tested)]), None);
}

fn path(name: &str) -> Name {
    name.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

type Modules = BTreeMap<Name, Module>;

/// What a file names.
struct Module {
    /// Everything that begins with `crate`, `super` or `self`.
    named: Vec<Name>,
    /// What `use` brings in here, by the name that it has here.
    brought: HashMap<String, Name>,
}

impl Module {
    fn of(code: &str) -> Self {
        let tokens = without_tests(code.parse::<TokenStream>().unwrap());
        let mut module = Self { named: Vec::new(), brought: HashMap::new() };
        module.look(&tokens.into_iter().collect::<Vec<_>>());
        module
    }

    fn look(&mut self, tokens: &[TokenTree]) {
        let mut at = 0;
        while at < tokens.len() {
            let is_use = word(tokens.get(at)).is_some_and(|word| word == "use");
            let starts_at = if is_use { at + 1 } else { at };
            let starts = word(tokens.get(starts_at)).is_some_and(|word| ["crate", "super", "self"].contains(&&*word));
            if is_use || (starts && is_path_separator(tokens, starts_at + 1)) {
                let mut found = Vec::new();
                at = tree(tokens, starts_at, &[], &mut found);
                for (name, here) in found {
                    if is_use && let Some(here) = here.or_else(|| name.last().cloned()) {
                        self.brought.insert(here, name.clone());
                    }
                    if starts {
                        self.named.push(name);
                    }
                }
                continue;
            }
            if let TokenTree::Group(group) = &tokens[at] {
                self.look(&group.stream().into_iter().collect::<Vec<_>>());
            }
            at += 1;
        }
    }
}

/// Reads what begins at a token, with what follows each `::`: whole names, and what they are called here if that differs.
/// Gives the first token after it.
fn tree(tokens: &[TokenTree], at: usize, before: &[String], found: &mut Vec<(Name, Option<String>)>) -> usize {
    if let Some(TokenTree::Group(group)) = tokens.get(at) {
        let inner: Vec<_> = group.stream().into_iter().collect();
        let mut next = 0;
        while next < inner.len() {
            next = tree(&inner, next, before, found) + 1;
        }
        return at + 1;
    }
    let mut name = before.to_vec();
    match word(tokens.get(at)) {
        Some(word) if word == "self" && !before.is_empty() => {}
        Some(word) => name.push(word),
        None => return at + 1,
    }
    let goes_on = is_path_separator(tokens, at + 1)
        && (word(tokens.get(at + 3)).is_some() || matches!(tokens.get(at + 3), Some(TokenTree::Group(_))));
    if goes_on {
        return tree(tokens, at + 3, &name, found);
    }
    let renamed = word(tokens.get(at + 1)).is_some_and(|word| word == "as");
    let here = if renamed { word(tokens.get(at + 2)) } else { None };
    found.push((name, here));
    at + if renamed { 3 } else { 1 }
}

fn word(token: Option<&TokenTree>) -> Option<String> {
    match token {
        Some(TokenTree::Ident(ident)) => Some(ident.to_string()),
        _ => None,
    }
}

fn is_path_separator(tokens: &[TokenTree], at: usize) -> bool {
    let is_colon = |token: Option<&TokenTree>| matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
    is_colon(tokens.get(at)) && is_colon(tokens.get(at + 1))
}

/// Leaves out what is built for tests only: from `#[cfg(test)]` to the next semicolon or block.
fn without_tests(tokens: TokenStream) -> TokenStream {
    let mut kept = Vec::new();
    let mut tokens = tokens.into_iter();
    while let Some(token) = tokens.next() {
        if let TokenTree::Group(group) = &token
            && group.delimiter() == Delimiter::Bracket
            && group.stream().to_string().replace(' ', "") == "cfg(test)"
        {
            kept.pop();
            let ends = |token: &TokenTree| match token {
                TokenTree::Punct(punct) => punct.as_char() == ';',
                TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
                _ => false,
            };
            _ = tokens.find(ends);
            continue;
        }
        kept.push(match token {
            TokenTree::Group(group) => proc_macro2::Group::new(group.delimiter(), without_tests(group.stream())).into(),
            other => other,
        });
    }
    kept.into_iter().collect()
}

/// All modules of a crate but those of tests.
fn read(src: &Path) -> Modules {
    fn walk(folder: &Path, name: &[String], modules: &mut Modules) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let is_root = name.is_empty() && ["lib", "main"].contains(&&*stem);
            let own = if is_root { Name::new() } else { [name, std::slice::from_ref(&stem)].concat() };
            if stem == "tests" || stem == "bin" {
                continue;
            }
            if path.is_dir() {
                walk(&path, &own, modules);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let module = Module::of(&fs::read_to_string(&path).unwrap());
                // Where a crate has both, `main.rs` names only what `lib.rs` gives out.
                if stem != "main" || !src_has_lib(folder) {
                    modules.insert(own, module);
                }
            }
        }
    }
    fn src_has_lib(folder: &Path) -> bool {
        folder.join("lib.rs").exists()
    }
    let mut modules = Modules::new();
    walk(src, &[], &mut modules);
    assert!(modules.len() > 3, "{} has moved: move the promise with it", src.display());
    modules
}

/// Which files of a folder need which, by folder.
type Uses = BTreeMap<String, BTreeSet<String>>;

fn siblings(modules: &Modules) -> BTreeMap<Name, Uses> {
    let mut folders: BTreeMap<Name, Uses> = BTreeMap::new();
    for (own, module) in modules {
        for name in &module.named {
            let other = place(modules, absolute(own, name), 0);
            let shared = own.iter().zip(&other).take_while(|(a, b)| a == b).count();
            if let (Some(here), Some(there)) = (own.get(shared), other.get(shared)) {
                let uses = folders.entry(own[..shared].to_vec()).or_default();
                uses.entry(here.clone()).or_default().insert(there.clone());
            }
        }
    }
    folders
}

/// A name as seen from the root of the crate.
fn absolute(own: &[String], name: &[String]) -> Name {
    let mut base = own.to_vec();
    let mut rest = name;
    while let Some((first, after)) = rest.split_first() {
        match first.as_str() {
            "crate" => base.clear(),
            "super" => drop(base.pop()),
            "self" => {}
            _ => break,
        }
        rest = after;
    }
    [base, rest.to_vec()].concat()
}

/// The module that has what is named, also where another one gives it out as its own.
fn place(modules: &Modules, name: Name, depth: usize) -> Name {
    /// Longer chains would be circles themselves.
    const DEEPEST: usize = 8;
    let mut at = 0;
    while at < name.len() && modules.contains_key(&name[..=at]) {
        at += 1;
    }
    let module = &name[..at];
    if let Some(item) = name.get(at)
        && let Some(brought) = modules.get(module).and_then(|module| module.brought.get(item))
        && depth < DEEPEST
    {
        let relative = ["crate", "super", "self"].contains(&&*brought[0]);
        let is_child = modules.contains_key(&[module, &brought[..1]].concat());
        if relative || is_child {
            let target = [absolute(module, brought), name[at + 1..].to_vec()].concat();
            if target != name {
                return place(modules, target, depth + 1);
            }
        }
    }
    module.to_vec()
}

/// The files of a circle, with the first again at its end.
fn circle(uses: &Uses) -> Option<Vec<String>> {
    fn visit(file: &str, uses: &Uses, way: &mut Vec<String>, done: &mut BTreeSet<String>) -> bool {
        if let Some(at) = way.iter().position(|other| other == file) {
            way.drain(..at);
            way.push(file.to_owned());
            return true;
        }
        if done.contains(file) {
            return false;
        }
        way.push(file.to_owned());
        for other in uses.get(file).into_iter().flatten() {
            if visit(other, uses, way, done) {
                return true;
            }
        }
        way.pop();
        done.insert(file.to_owned());
        false
    }
    let (mut way, mut done) = (Vec::new(), BTreeSet::new());
    uses.keys().any(|file| visit(file, uses, &mut way, &mut done)).then_some(way)
}
