//! Counts of what a walk met, mergeable over buffers read in parallel.

use rustc_hash::FxHashMap;

use joinscope_wire::Guid;

use crate::error::{Damage, DamageKind};
use crate::file::Sink;
use crate::header::Family;
use crate::record::Record;

/// Records by header family; both pointer widths are counted together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeaderCounts {
    /// SYSTEM headers.
    pub system: u64,
    /// Compact SYSTEM headers.
    pub compact: u64,
    /// PERFINFO headers.
    pub perfinfo: u64,
    /// EVENT_TRACE headers.
    pub full: u64,
    /// EVENT_INSTANCE headers.
    pub instance: u64,
    /// EVENT headers.
    pub event: u64,
    /// WPP messages.
    pub message: u64,
    /// Error headers.
    pub error: u64,
    /// Places that were no record.
    pub unknown: u64,
}

impl HeaderCounts {
    /// All records; places that were no record are not among them.
    pub fn records(&self) -> u64 {
        self.system
            + self.compact
            + self.perfinfo
            + self.full
            + self.instance
            + self.event
            + self.message
            + self.error
    }
}

/// A [`Sink`] that counts.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Records by header.
    pub headers: HeaderCounts,
    /// Events of each provider: manifest and TraceLogging events only.
    pub providers: FxHashMap<Guid, u64>,
    /// Earliest and latest time in 100 ns ticks, of the records that have one.
    pub span: Option<(i64, i64)>,
    /// Records without a time.
    pub undated: u64,
    /// Places where reading went on behind bytes that are no record.
    pub resyncs: u64,
    /// Every damage met.
    pub damage: Vec<Damage>,
}

impl Tally {
    /// Adds what another walk counted.
    pub fn merge(&mut self, other: Self) {
        let (mine, more) = (&mut self.headers, other.headers);
        mine.system += more.system;
        mine.compact += more.compact;
        mine.perfinfo += more.perfinfo;
        mine.full += more.full;
        mine.instance += more.instance;
        mine.event += more.event;
        mine.message += more.message;
        mine.error += more.error;
        mine.unknown += more.unknown;
        for (provider, events) in other.providers {
            *self.providers.entry(provider).or_default() += events;
        }
        if let Some((first, last)) = other.span {
            self.see(first);
            self.see(last);
        }
        self.undated += other.undated;
        self.resyncs += other.resyncs;
        self.damage.extend(other.damage);
    }

    fn see(&mut self, ticks: i64) {
        self.span = Some(match self.span {
            Some((first, last)) => (first.min(ticks), last.max(ticks)),
            None => (ticks, ticks),
        });
    }
}

impl Sink for Tally {
    fn record(&mut self, record: &Record<'_>) {
        let counts = &mut self.headers;
        let count = match record.family() {
            Family::System => &mut counts.system,
            Family::Compact => &mut counts.compact,
            Family::PerfInfo => &mut counts.perfinfo,
            Family::Full => &mut counts.full,
            Family::Instance => &mut counts.instance,
            Family::Event => &mut counts.event,
            Family::Message => &mut counts.message,
            Family::Error => &mut counts.error,
        };
        *count += 1;
        if record.family() == Family::Event
            && let Some(provider) = record.provider()
        {
            *self.providers.entry(provider).or_default() += 1;
        }
        match record.ticks() {
            Some(ticks) => self.see(ticks),
            None => self.undated += 1,
        }
    }

    fn damage(&mut self, damage: Damage) {
        if let DamageKind::Resynchronised | DamageKind::UnreadTail = damage.kind {
            self.headers.unknown += 1;
            self.resyncs += u64::from(damage.kind == DamageKind::Resynchronised);
        }
        self.damage.push(damage);
    }
}
