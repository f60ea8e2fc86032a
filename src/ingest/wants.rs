//! Which records anybody asks for: of the others their own fields are read, and no more.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use rustc_hash::FxHashMap;

use crate::model::Level;

/// What the fields of a record say of what it is.
#[derive(Clone, Copy, Debug)]
pub struct RecordKind<'r> {
    /// Provider as recorded.
    pub provider: &'r str,
    /// Channel as recorded.
    pub channel: &'r str,
    /// Event id.
    pub id: u32,
    /// Level as recorded.
    pub level: Level,
}

type Asked = dyn Fn(RecordKind<'_>) -> bool + Send + Sync;

/// Answers by provider and channel, then by id and level.
type Answers = FxHashMap<Box<str>, FxHashMap<Box<str>, FxHashMap<(u32, u8), bool>>>;

/// Says for each kind of record whether its payload is wanted. Asks whoever knows once for each kind,
/// from whatever thread.
#[derive(Clone)]
pub struct Wants {
    asked: Arc<Asked>,
    known: Arc<RwLock<Answers>>,
}

impl Wants {
    /// Wants what `asked` says.
    pub fn new(asked: impl Fn(RecordKind<'_>) -> bool + Send + Sync + 'static) -> Self {
        Self {
            asked: Arc::new(asked),
            known: Arc::default(),
        }
    }

    /// Whether the payload of such a record is wanted.
    pub fn payload(&self, kind: RecordKind<'_>) -> bool {
        let key = (kind.id, kind.level.0);
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let of_provider = known.get(kind.provider);
        let of_channel = of_provider.and_then(|channels| channels.get(kind.channel));
        if let Some(answer) = of_channel.and_then(|events| events.get(&key)) {
            return *answer;
        }
        drop(known);
        let answer = (self.asked)(kind);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let of_provider = known.entry(kind.provider.into()).or_default();
        let of_channel = of_provider.entry(kind.channel.into()).or_default();
        of_channel.insert(key, answer);
        answer
    }
}

impl fmt::Debug for Wants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wants")
    }
}
