//! Files of the user's own: what the view keeps from time to time, and keys.
//!
//! They lie where the system wants such files, never beside the evidence.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::Stop;
use super::output::replace;
use crate::model::{Input, hex_text};
use crate::tui::{Keys, SCHEMA, Session};

/// A file larger than this is none that was written here.
const LARGEST: u64 = 4 << 20;
/// Characters of the digest that names a file.
const NAME: usize = 32;

/// Where sessions are kept; none where the system does not say where such files go.
pub(super) fn folder() -> Option<PathBuf> {
    let base = if cfg!(windows) {
        absolute("LOCALAPPDATA")
    } else {
        absolute("XDG_STATE_HOME").or_else(|| Some(absolute("HOME")?.join(".local/state")))
    };
    Some(base?.join("joinscope").join("sessions"))
}

/// The folder that a variable of the environment names.
fn absolute(variable: &str) -> Option<PathBuf> {
    let path = PathBuf::from(std::env::var_os(variable)?);
    path.is_absolute().then_some(path)
}

/// The file that the sessions with a bundle are kept in: its name is made of the digests of what was
/// given, so that it is found wherever the files lie. None where they were not read as a whole.
pub(super) fn file(folder: &Path, inputs: &[Input]) -> Option<PathBuf> {
    let mut digests: Vec<&str> = inputs.iter().map(|input| &*input.sha256).collect();
    if digests.is_empty() || digests.iter().any(|digest| digest.is_empty()) {
        return None;
    }
    digests.sort_unstable();
    let digest = hex_text(&Sha256::digest(digests.join("\n")));
    let name = digest.get(..NAME).unwrap_or(&digest);
    Some(folder.join(format!("{name}.json")))
}

/// What was kept; none where nothing was.
///
/// # Errors
/// Why what is there cannot be used, as a sentence.
pub(super) fn load(path: &Path) -> Result<Option<Session>, String> {
    let wrong = |fault: String| format!("{} is not used: {fault}", path.display());
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(wrong(error.to_string())),
    };
    let mut text = String::new();
    file.take(LARGEST + 1)
        .read_to_string(&mut text)
        .map_err(|error| wrong(error.to_string()))?;
    if text.len() as u64 > LARGEST {
        return Err(wrong("it is too large for a session".to_owned()));
    }
    let session: Session = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    if session.schema != SCHEMA {
        return Err(wrong(format!("its schema is {}", session.schema)));
    }
    Ok(Some(session))
}

/// Keeps a session; what was kept before is replaced only once the new one is written.
///
/// # Errors
/// Why it cannot be kept, as a sentence.
pub(super) fn save(path: &Path, session: &Session) -> Result<(), String> {
    if session.is_empty() && !path.exists() {
        return Ok(());
    }
    let written = || -> io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut text = serde_json::to_vec_pretty(session)?;
        text.push(b'\n');
        // Notes are the user's own.
        replace(path, &text, true)
    };
    written().map_err(|error| format!("{} cannot be written: {error}", path.display()))
}

/// The keys of a file that was named, or of the one that the user keeps for this program.
///
/// # Errors
/// The named file cannot be read, or either one has faults.
pub(super) fn keys(named: Option<&Path>) -> Result<Keys, Stop> {
    let base = if cfg!(windows) {
        absolute("APPDATA")
    } else {
        absolute("XDG_CONFIG_HOME").or_else(|| Some(absolute("HOME")?.join(".config")))
    };
    let path = match (named, base) {
        (Some(path), _) => path.to_owned(),
        (None, Some(base)) => base.join("joinscope").join("keys"),
        (None, None) => return Ok(Keys::default()),
    };
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if named.is_none() && error.kind() == io::ErrorKind::NotFound => {
            return Ok(Keys::default());
        }
        Err(error) => {
            return Err(Stop::Usage(format!(
                "the keys in {} cannot be read: {error}",
                path.display()
            )));
        }
    };
    Keys::parse(&text)
        .map_err(|faults| Stop::Usage(format!("{}: {}", path.display(), faults.join("; "))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(sha256: &str) -> Input {
        Input {
            path: "case.zip".to_owned(),
            sha256: sha256.to_owned(),
            bytes: 1,
        }
    }

    #[test]
    fn a_session_is_found_by_the_digests_of_what_was_given() {
        let of = |digests: &[&str]| {
            let inputs: Vec<Input> = digests.iter().map(|digest| input(digest)).collect();
            file(Path::new("state"), &inputs)
        };
        assert_eq!(of(&["a", "b"]), of(&["b", "a"]));
        assert_ne!(of(&["a", "b"]), of(&["a"]));
        assert_eq!(of(&["a", ""]), None);
        assert_eq!(of(&[]), None);
    }

    #[test]
    fn what_is_kept_comes_back_and_damage_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("deep/session.json");
        assert_eq!(load(&path), Ok(None));
        save(&path, &Session::default()).expect("nothing to keep");
        assert!(!path.exists());
        let session = Session {
            schema: SCHEMA.to_owned(),
            filters: vec!["level>=warn".to_owned()],
            ..Session::default()
        };
        save(&path, &session).expect("a folder of ours");
        assert_eq!(load(&path), Ok(Some(session)));
        for damage in [
            "",
            "{",
            "{\"schema\":\"other/1\",\"marks\":[],\"zero\":null,\"filter\":null,\"filters\":[],\"searches\":[]}",
        ] {
            fs::write(&path, damage).expect("a file of ours");
            let told = load(&path).expect_err(damage);
            assert!(told.contains("is not used"), "{told}");
        }
    }
}
