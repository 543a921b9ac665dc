//! One module: what it imports and exports, and its text without either.

use std::{collections::BTreeSet, fmt::Write as _};

use oxc::{
    allocator::Allocator,
    ast::ast::{
        BindingPattern, Declaration, ExportNamedDeclaration, Expression, ImportDeclaration, ImportDeclarationSpecifier,
        ImportExpression, MetaProperty, ModuleExportName, Statement, VariableDeclarationKind,
    },
    ast_visit::{Visit, walk},
    parser::Parser,
    span::{GetSpan as _, SourceType, Span},
};

/// A module that was read.
pub(super) struct Module {
    path: String,
    text: String,
    pub(super) imports: Vec<Import>,
    pub(super) exports: BTreeSet<String>,
    /// Modules that it imports with `import()`, when they are needed.
    pub(super) lazy_imports: Vec<String>,
    /// Whether it may hold something that changes: two copies of it would not be the same.
    pub(super) holds_state: bool,
    edits: Vec<Edit>,
}

/// `import { wanted as local } from "./from.js"`
pub(super) struct Import {
    pub(super) from: String,
    pub(super) names: Vec<(String, String)>,
}

/// A piece of the text, and what stands there in the bundle.
struct Edit {
    span: Span,
    replacement: Replacement,
}

enum Replacement {
    Nothing,
    /// The exports of this module, as `import()` gives them.
    Promised(String),
}

impl Module {
    /// Reads a module. `path` is where it stands, from the slash on.
    pub(super) fn read(path: &str, text: &str) -> Result<Self, String> {
        let allocator = Allocator::default();
        let parsed = Parser::new(&allocator, text, SourceType::mjs()).parse();
        if let Some(error) = parsed.errors.first() {
            return Err(format!("{path}: {error}"));
        }
        let mut module = Self {
            path: path.to_owned(),
            text: text.to_owned(),
            imports: vec![],
            exports: BTreeSet::new(),
            lazy_imports: vec![],
            holds_state: parsed.program.body.iter().any(may_change),
            edits: vec![],
        };
        for statement in &parsed.program.body {
            match statement {
                Statement::ImportDeclaration(import) => module.import(import)?,
                Statement::ExportNamedDeclaration(export) => module.export(export)?,
                Statement::ExportDefaultDeclaration(_) | Statement::ExportAllDeclaration(_) => {
                    return Err(module.refuse("exports what has no name here; give it one"));
                }
                _ => {}
            }
        }
        let mut visitor = Visitor { module, refusal: None };
        visitor.visit_program(&parsed.program);
        match visitor.refusal {
            Some(why) => Err(visitor.module.refuse(&why)),
            None => Ok(visitor.module),
        }
    }

    fn import(&mut self, import: &ImportDeclaration<'_>) -> Result<(), String> {
        let mut names = vec![];
        for specifier in import.specifiers.iter().flatten() {
            let ImportDeclarationSpecifier::ImportSpecifier(specifier) = specifier else {
                return Err(self.refuse("imports something else than names"));
            };
            let ModuleExportName::IdentifierName(wanted) = &specifier.imported else {
                return Err(self.refuse("imports a name that is no identifier"));
            };
            names.push((wanted.name.to_string(), specifier.local.name.to_string()));
        }
        let from = resolve(&self.path, &import.source.value);
        self.imports.push(Import { from, names });
        self.edits.push(Edit { span: import.span, replacement: Replacement::Nothing });
        Ok(())
    }

    fn export(&mut self, export: &ExportNamedDeclaration<'_>) -> Result<(), String> {
        let Some(declaration) = &export.declaration else {
            if !export.specifiers.is_empty() {
                return Err(self.refuse("exports a list of names; write `export` where they are declared"));
            }
            self.edits.push(Edit { span: export.span, replacement: Replacement::Nothing });
            return Ok(());
        };
        match declaration {
            Declaration::FunctionDeclaration(function) => {
                self.exports.extend(function.id.as_ref().map(|id| id.name.to_string()));
            }
            Declaration::ClassDeclaration(class) => {
                self.exports.extend(class.id.as_ref().map(|id| id.name.to_string()))
            }
            Declaration::VariableDeclaration(variables) if variables.kind == VariableDeclarationKind::Const => {
                for declarator in &variables.declarations {
                    let BindingPattern::BindingIdentifier(name) = &declarator.id else {
                        return Err(self.refuse("exports the parts of something; give each a declaration"));
                    };
                    self.exports.insert(name.name.to_string());
                }
            }
            // A bundle hands exports on once: what changes later would not be seen.
            _ => return Err(self.refuse("exports a variable that can change; make it a `const` or a function")),
        }
        let keyword = Span::new(export.span.start, declaration.span().start);
        self.edits.push(Edit { span: keyword, replacement: Replacement::Nothing });
        Ok(())
    }

    /// Its text as the body of a function that gives the exports. `name` says how a module's exports are reached, `promised`
    /// how those of one that is imported when it is needed are.
    pub(super) fn as_function(&self, name: &dyn Fn(&str) -> String, promised: &dyn Fn(&str) -> String) -> String {
        let exports: Vec<_> = self.exports.iter().map(String::as_str).collect();
        format!("{}\nreturn {{ {} }};\n", self.as_script(name, promised), exports.join(", "))
    }

    /// Its text as the end of the bundle.
    pub(super) fn as_script(&self, name: &dyn Fn(&str) -> String, promised: &dyn Fn(&str) -> String) -> String {
        let mut script = String::new();
        for Import { from, names } in self.imports.iter().filter(|import| !import.names.is_empty()) {
            let names: Vec<_> = names.iter().map(|(wanted, local)| format!("{wanted}: {local}")).collect();
            _ = writeln!(script, "const {{ {} }} = {};", names.join(", "), name(from));
        }
        let mut edits: Vec<_> = self.edits.iter().collect();
        edits.sort_by_key(|edit| edit.span.start);
        let mut at = 0;
        for Edit { span, replacement } in edits {
            script.push_str(&self.text[at..span.start as usize]);
            if let Replacement::Promised(path) = replacement {
                // Like `import()`, a promise: a module that fails refuses it.
                _ = write!(script, "(async () => {})()", promised(path));
            }
            at = span.end as usize;
        }
        script.push_str(&self.text[at..]);
        script
    }

    fn refuse(&self, why: &str) -> String {
        format!("{} {why}", self.path)
    }
}

/// Finds `import()` and `import.meta` inside a module.
struct Visitor {
    module: Module,
    refusal: Option<String>,
}

impl<'a> Visit<'a> for Visitor {
    fn visit_import_expression(&mut self, import: &ImportExpression<'a>) {
        let Expression::StringLiteral(source) = &import.source else {
            self.refusal = Some("imports something whose name is made while it runs".to_owned());
            return;
        };
        let path = resolve(&self.module.path, &source.value);
        self.module.lazy_imports.push(path.clone());
        self.module.edits.push(Edit { span: import.span, replacement: Replacement::Promised(path) });
        walk::walk_import_expression(self, import);
    }

    fn visit_meta_property(&mut self, property: &MetaProperty<'a>) {
        if property.meta.name == "import" {
            self.refusal = Some("asks where it stands (`import.meta`), which is elsewhere in a bundle".to_owned());
        }
    }
}

/// Whether a statement of a module does more than declare functions and constants that cannot change.
fn may_change(statement: &Statement<'_>) -> bool {
    let variables = match statement {
        Statement::ImportDeclaration(_) | Statement::FunctionDeclaration(_) => return false,
        Statement::ExportNamedDeclaration(export) => match &export.declaration {
            None | Some(Declaration::FunctionDeclaration(_)) => return false,
            Some(Declaration::VariableDeclaration(variables)) => variables,
            Some(_) => return true,
        },
        Statement::VariableDeclaration(variables) => variables,
        _ => return true,
    };
    let is_plain = |value: &Expression<'_>| {
        value.is_literal() || matches!(value, Expression::ArrowFunctionExpression(_) | Expression::BinaryExpression(_))
    };
    variables.kind != VariableDeclarationKind::Const
        || variables.declarations.iter().any(|one| !one.init.as_ref().is_some_and(is_plain))
}

/// The path that a module at `path` means by `name`.
fn resolve(path: &str, name: &str) -> String {
    let mut parts: Vec<_> = path.split('/').collect();
    parts.pop();
    for part in name.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    parts.join("/")
}
