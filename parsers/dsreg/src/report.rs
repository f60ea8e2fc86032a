//! What a status text holds, as plain data.
//!
//! A field keeps its text (`raw`) beside its meaning (`value`): the meaning is
//! only there when the text fits the field's type exactly.

use std::borrow::Cow;

use joinscope_wire::Guid;

/// Everything that was found in one text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The runs of the tool, in the order of the text.
    pub captures: Vec<Capture>,
    /// What could not be read as it should, in the order of the text.
    pub problems: Vec<Problem>,
}

/// A place where the text did not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Line in the text, from 1; 0 when it is about the text as a whole.
    pub line: usize,
    /// What was expected and found.
    pub what: String,
}

/// One run of the tool.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capture {
    /// Line of its first part, from 1.
    pub line: usize,
    /// The prompt or heading line that named the command, if it was saved.
    pub command: Option<String>,
    /// The tables, in the order of the text.
    pub sections: Vec<Section>,
    /// Lines that belong to no table: what `/debug` prints, and any other text
    /// between the first and the last line of the run.
    pub debug_lines: Vec<DebugLine>,
}

/// One table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Which table it is.
    pub kind: SectionKind,
    /// The title as printed; empty when rows came without a title.
    pub title: String,
    /// Line of the title, or of the first row without one.
    pub line: usize,
    /// The rows in the order of the text; a name can appear twice.
    pub fields: Vec<Field>,
}

/// The tables that are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum SectionKind {
    /// Device State. Up to version 1803 it also holds the device's and the
    /// tenant's details.
    DeviceState,
    /// Device Details; only on joined devices.
    DeviceDetails,
    /// Tenant Details; only on joined devices.
    TenantDetails,
    /// User State, of the account that ran the tool.
    UserState,
    /// SSO State, of the account that ran the tool.
    SsoState,
    /// One registered work account, numbered in the title.
    WorkAccount,
    /// Diagnostic Data, before or after the join; the fields tell which.
    Diagnostics,
    /// IE Proxy Config for Current User.
    UserProxy,
    /// IE Proxy Config for System Account.
    SystemProxy,
    /// URL Specific Proxy Config.
    UrlProxy,
    /// WinHttp Default Proxy Config.
    WinHttpProxy,
    /// Ngc Prerequisite Check.
    NgcPrerequisites,
    /// A title that this crate does not know.
    Other,
}

/// One row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The name as printed.
    pub name: String,
    /// The name from the field table, the same for every generation; the
    /// printed name when the field is not known.
    pub canonical: Cow<'static, str>,
    /// Whether the field table has it.
    pub known: bool,
    /// What the text means.
    pub value: FieldValue,
    /// The value's text, with wrapped lines joined again.
    pub raw: String,
    /// Line of the name, from 1.
    pub line: usize,
    /// The canonical name of the row that this one tells more about, such as
    /// `RefreshPrtDiagnostics` or `Previous Registration`.
    pub group: Option<&'static str>,
}

/// The meaning of a value.
///
/// Texts and addresses are in [`Field::raw`] and not repeated here.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldValue {
    /// YES or NO; a remark in brackets behind it is in the raw text.
    YesNo(bool),
    /// NOT SET, NONE, or the zero time.
    NotSet,
    /// UNKNOWN: the tool could not tell.
    Unknown,
    /// Free text, or a text that does not fit the field's type (which is then
    /// also a [`Problem`]).
    Text,
    /// A GUID; a remark in brackets behind it is in the raw text.
    Guid(Guid),
    /// The SHA-1 hash of a certificate.
    Thumbprint([u8; 20]),
    /// 100 ns ticks since 1601-01-01 UTC.
    Time(i64),
    /// From and to, in 100 ns ticks since 1601-01-01 UTC.
    TimeSpan(i64, i64),
    /// An HRESULT, NTSTATUS or WinHTTP code.
    Code(u32),
    /// `ERROR (0x…)` in the place of the value.
    Error(u32),
    /// A count, port or HTTP status.
    Number(u64),
    /// An absolute address.
    Url,
    /// The outcome of a test that the tool ran.
    Test(TestResult),
    /// The parts of a list.
    List(Vec<String>),
    /// Nothing behind the colon.
    Empty,
}

/// The outcome of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TestResult {
    /// PASS, PASSED or SUCCESS.
    Pass,
    /// FAIL or FAILED, with the codes that are given behind it.
    Fail {
        /// The main code.
        code: Option<u32>,
        /// The second code of `[main/second]`, which is the cause.
        sub: Option<u32>,
    },
    /// The tool did not run it, mostly because an earlier one failed.
    Skipped,
    /// The test needs an elevated prompt; this says nothing about the key.
    NotElevated,
}

/// A line that belongs to no table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DebugLine {
    /// Line in the text, from 1.
    pub line: usize,
    /// What stands before the first colon when it names something: a function
    /// or a value.
    pub key: Option<String>,
    /// The rest of the line, or all of it when there is no key.
    pub text: String,
}

impl DebugLine {
    /// The hexadecimal codes in the text, in order.
    pub fn codes(&self) -> impl Iterator<Item = u32> + '_ {
        crate::value::codes(&self.text)
    }
}

impl Capture {
    /// All rows of all tables, in the order of the text.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.sections.iter().flat_map(|section| &section.fields)
    }

    /// The first row with a canonical name, whatever table it is in: older
    /// generations print it in another one.
    pub fn find(&self, canonical: &str) -> Option<&Field> {
        self.fields().find(|field| field.canonical == canonical)
    }

    /// The first table of a kind.
    pub fn section(&self, kind: SectionKind) -> Option<&Section> {
        self.sections.iter().find(|section| section.kind == kind)
    }

    /// Whether nothing was found yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.sections.is_empty() && self.debug_lines.is_empty()
    }
}

impl Section {
    /// The first row with a canonical name.
    pub fn find(&self, canonical: &str) -> Option<&Field> {
        self.fields
            .iter()
            .find(|field| field.canonical == canonical)
    }
}

impl Field {
    /// YES or NO as a truth value; `None` for anything else.
    pub fn yes(&self) -> Option<bool> {
        match self.value {
            FieldValue::YesNo(answer) => Some(answer),
            _ => None,
        }
    }

    /// The time in 100 ns ticks since 1601-01-01 UTC, if it is one.
    pub fn time(&self) -> Option<i64> {
        match self.value {
            FieldValue::Time(ticks) => Some(ticks),
            _ => None,
        }
    }
}
