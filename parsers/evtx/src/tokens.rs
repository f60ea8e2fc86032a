//! The BinXml token stream (MS-EVEN6 section 2.2.12), as far as elements need it.
//!
//! Values of template instances never pass here: one inside the stream ends the walk at its token.

use joinscope_wire::{Cursor, Error};

use crate::names::{name_at, read_reference};

/// What can be wrong with a token stream.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TokenError {
    #[error(transparent)]
    Read(#[from] Error),
    #[error("unknown token 0x{token:02x} at chunk offset 0x{offset:x}")]
    Unknown { token: u8, offset: usize },
    #[error("literal of type 0x{kind:02x} at chunk offset 0x{offset:x}")]
    Literal { kind: u8, offset: usize },
    #[error("elements nest deeper than {0}")]
    TooDeep(usize),
}

/// One token; names are offsets into the chunk.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    End,
    OpenElement(usize),
    CloseStartTag,
    CloseEmptyElement,
    CloseElement,
    Attribute(usize),
    /// UTF-16LE.
    Text(&'a [u8]),
    /// A character or an entity that stood for itself.
    Escape(String),
    Substitution(u16),
    TemplateInstance,
    /// Fragment headers and processing instructions: nothing that a value could come from.
    Other,
}

/// Whether element starts carry a dependency id: they do inside template definitions only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ElementForm {
    Definition,
    Plain,
}

/// Reads tokens from `chunk[start..end]`; name offsets refer to the whole chunk.
pub(crate) struct Tokens<'a> {
    chunk: &'a [u8],
    cursor: Cursor<'a>,
    end: usize,
    form: ElementForm,
    /// Where in the chunk the references to names stand that were read so far, in a definition.
    references: Vec<usize>,
}

impl<'a> Tokens<'a> {
    pub(crate) fn new(
        chunk: &'a [u8],
        start: usize,
        end: usize,
        form: ElementForm,
    ) -> Result<Self, TokenError> {
        let mut cursor = Cursor::new(chunk);
        cursor.seek(start, "token stream")?;
        Ok(Self {
            chunk,
            cursor,
            end: end.min(chunk.len()),
            form,
            references: Vec::new(),
        })
    }

    /// Where the next token begins.
    pub(crate) fn position(&self) -> usize {
        self.cursor.position()
    }

    /// Where in the chunk the references to names stand that were read of a definition.
    pub(crate) fn into_references(self) -> Vec<usize> {
        self.references
    }

    fn name(&mut self) -> Result<usize, TokenError> {
        if self.form == ElementForm::Definition {
            self.references.push(self.cursor.position());
        }
        Ok(read_reference(&mut self.cursor)?)
    }

    pub(crate) fn next(&mut self) -> Result<Token<'a>, TokenError> {
        let offset = self.cursor.position();
        if offset >= self.end {
            return Ok(Token::End);
        }
        let token = self.cursor.u8("token")?;
        Ok(match token {
            0x00 => Token::End,
            0x01 | 0x41 => Token::OpenElement(self.open_element(token & 0x40 != 0)?),
            0x02 => Token::CloseStartTag,
            0x03 => Token::CloseEmptyElement,
            0x04 => Token::CloseElement,
            0x05 | 0x45 => Token::Text(self.literal(offset)?),
            0x06 | 0x46 => Token::Attribute(self.name()?),
            0x07 | 0x47 => Token::Text(self.counted_text("character data")?),
            0x08 | 0x48 => {
                let unit = self.cursor.u16("character reference")?;
                Token::Escape(
                    char::from_u32(u32::from(unit))
                        .unwrap_or(char::REPLACEMENT_CHARACTER)
                        .to_string(),
                )
            }
            0x09 | 0x49 => {
                let name = self.name()?;
                let name = name_at(self.chunk, name)?;
                Token::Escape(entity(&name).map_or_else(|| format!("&{name};"), str::to_owned))
            }
            0x0a => {
                self.name()?;
                Token::Other
            }
            0x0b => {
                self.counted_text("processing instruction")?;
                Token::Other
            }
            0x0c => Token::TemplateInstance,
            0x0d | 0x0e => {
                let slot = self.cursor.u16("substitution number")?;
                self.cursor.skip(1, "substitution type")?;
                Token::Substitution(slot)
            }
            0x0f => {
                self.cursor.skip(3, "fragment header")?;
                Token::Other
            }
            _ => return Err(TokenError::Unknown { token, offset }),
        })
    }

    fn open_element(&mut self, has_attributes: bool) -> Result<usize, TokenError> {
        if self.form == ElementForm::Definition {
            self.cursor.skip(2, "dependency id")?;
        }
        self.cursor.skip(4, "element size")?;
        let name = self.name()?;
        if has_attributes {
            self.cursor.skip(4, "attribute list size")?;
        }
        Ok(name)
    }

    /// Literals in definitions are strings; no producer of other types is known.
    fn literal(&mut self, offset: usize) -> Result<&'a [u8], TokenError> {
        match self.cursor.u8("literal type")? {
            0x01 => self.counted_text("literal"),
            kind => Err(TokenError::Literal { kind, offset }),
        }
    }

    fn counted_text(&mut self, what: &'static str) -> Result<&'a [u8], TokenError> {
        let count = usize::from(self.cursor.u16(what)?);
        Ok(self.cursor.take(count * 2, what)?)
    }
}

/// The predefined entities of XML.
fn entity(name: &str) -> Option<&'static str> {
    Some(match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => return None,
    })
}
