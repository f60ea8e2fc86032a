//! What is left out of an output, and what it is replaced by.

use std::fmt;

use super::event::words;

words! {
    /// How much of what names people, machines and organisations is left out.
    RedactionLevel {
        /// Nothing.
        None = "none",
        /// Names, addresses and ids become pseudonyms.
        Standard = "standard",
        /// Free text goes as well, and every id that is not public.
        Strict = "strict",
    }
}

words! {
    /// What a name is a name of, and the word that its pseudonyms begin with. Where one word names
    /// several things, the first of these counts.
    NameKind {
        /// A person's account.
        User = "user",
        /// A machine.
        Host = "host",
        /// A domain of DNS or of Active Directory.
        Domain = "domain",
        /// An organisation, by name or id.
        Tenant = "tenant",
        /// A device, an enrolment or a key, by id.
        Device = "device",
        /// A security identifier.
        Sid = "sid",
        /// An IP address.
        Ip = "ip",
        /// An address of a network card.
        Mac = "mac",
        /// A serial number, or what a device is recognised by.
        Serial = "serial",
        /// A certificate, by its thumbprint or subject.
        Certificate = "certificate",
        /// An id of a request, run or activity; at level `strict` alone.
        Request = "request",
        /// Bytes and long encoded texts, which can hold any of the others.
        Blob = "blob",
        /// Free text; at level `strict` alone.
        Text = "text",
    }
}

/// What was left out of an output; a key of `joinscope.report/1` where anything may have been.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Redaction {
    /// How much.
    pub level: RedactionLevel,
    /// Whether pseudonyms were made with a key, so that they are the same in other runs with it.
    pub keyed: bool,
    /// By kind, kinds of which there is none left out.
    pub removed: Vec<Removed>,
}

/// What was left out of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Removed {
    /// What was named.
    pub kind: NameKind,
    /// Different names found in the evidence, none of which is shown; 0 of blobs, texts and requests,
    /// which are not gathered.
    pub names: usize,
    /// Places in the report's own texts that were replaced.
    pub places: u64,
}

/// One sentence, with the number of names by kind.
impl fmt::Display for Redaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Redacted at level {}", self.level)?;
        if self.keyed {
            f.write_str(" with a key")?;
        }
        if self.removed.is_empty() {
            return f.write_str(": nothing had to go.");
        }
        let mut lead = ": ";
        for removed in &self.removed {
            write!(f, "{lead}{}", removed.kind)?;
            if removed.names > 0 {
                write!(f, " {}", removed.names)?;
            }
            lead = ", ";
        }
        f.write_str(".")
    }
}
