//! What the API's description says of values that JSON has as text.

use utoipa::openapi::{KnownFormat, ObjectBuilder, RefOr, SchemaFormat, Type, schema::Schema};

pub(crate) fn uuid() -> RefOr<Schema> {
    text(SchemaFormat::Custom("uuid".to_owned()))
}

pub(crate) fn time() -> RefOr<Schema> {
    text(SchemaFormat::KnownFormat(KnownFormat::DateTime))
}

fn text(format: SchemaFormat) -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::String).format(Some(format)).into()
}
