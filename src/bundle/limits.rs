//! What opening a bundle may cost, so that hostile archives cannot hurt.
//!
//! Everything is judged on the sizes that headers declare, before anything is unpacked: the
//! outcome is then the same for any number of threads. Unpacking never goes beyond what was
//! declared, so a header that lies low gains nothing.

/// How much may be opened. Passed explicitly; `Default` is the product's choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Archives inside each other, the outermost counted as one. Values above 64 act as 64.
    pub depth: u32,
    /// Files and archive members of the whole bundle, directories not counted.
    pub entries: u64,
    /// Unpacked bytes of all archive members of the bundle together.
    pub expanded_bytes: u64,
    /// Unpacked bytes that stay in memory while the bundle lives: nested archives, cabinet folders
    /// and gzip files, which many artifacts are read from. Part of `expanded_bytes`.
    pub held_bytes: u64,
    /// Unpacked bytes of one archive member.
    pub member_bytes: u64,
    /// Unpacked bytes per packed byte of one member.
    pub ratio: u64,
    /// Unpacked size up to which the ratio is not judged: logs of zeros pack very well.
    pub ratio_floor_bytes: u64,
}

const GIB: u64 = 1 << 30;

/// Above this the recursion itself would become the danger.
const DEPTH_CEILING: u32 = 64;

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 4,
            entries: 200_000,
            expanded_bytes: 32 * GIB,
            held_bytes: 4 * GIB,
            member_bytes: 8 * GIB,
            ratio: 200,
            ratio_floor_bytes: 64 << 20,
        }
    }
}

impl Limits {
    /// Whether an archive at this nesting (outermost is 1) may be opened.
    pub(super) fn allow_depth(&self, depth: u32) -> bool {
        depth <= self.depth.min(DEPTH_CEILING)
    }

    /// The most that `packed` bytes may unpack to on their own.
    pub(super) fn ceiling(&self, packed: u64) -> u64 {
        packed
            .saturating_mul(self.ratio)
            .max(self.ratio_floor_bytes)
            .min(self.member_bytes)
    }
}

/// Which limit was reached, with the numbers for the sentence that says so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Exceeded {
    /// One member is too large.
    #[error("unpacks to {declared} bytes, above the limit of {limit} for one file")]
    Member { declared: u64, limit: u64 },
    /// One member is packed too well to be honest.
    #[error("unpacks to {declared} bytes from {packed}, above the limit of {limit} to 1")]
    Ratio {
        declared: u64,
        packed: u64,
        limit: u64,
    },
    /// The bundle as a whole is too large.
    #[error(
        "needs {declared} bytes unpacked where {left} are left of the limit of {limit} for the whole bundle"
    )]
    Bundle {
        declared: u64,
        left: u64,
        limit: u64,
    },
    /// Too much would have to stay in memory.
    #[error(
        "has to be kept unpacked in memory with {declared} bytes where {left} are left of the limit of {limit}"
    )]
    Held {
        declared: u64,
        left: u64,
        limit: u64,
    },
}

impl Exceeded {
    /// The same of many members, to go on after "12 members …".
    pub(super) fn many(&self) -> String {
        match self {
            Self::Member { limit, .. } => {
                format!(
                    "unpack to more than the limit of {limit} bytes for one file and were not read"
                )
            }
            Self::Ratio { limit, .. } => {
                format!("unpack to more than {limit} times their packed size and were not read")
            }
            Self::Bundle { limit, .. } => format!(
                "did not fit into the limit of {limit} unpacked bytes for the whole bundle and were not read"
            ),
            Self::Held { limit, .. } => format!(
                "did not fit into the limit of {limit} bytes kept unpacked in memory and were not read"
            ),
        }
    }
}

/// What has been used of the limits so far.
#[derive(Debug)]
pub(super) struct Budget {
    entries: u64,
    expanded_bytes: u64,
    held_bytes: u64,
}

impl Budget {
    /// Nothing used yet.
    pub(super) fn new() -> Self {
        Self {
            entries: 0,
            expanded_bytes: 0,
            held_bytes: 0,
        }
    }

    /// Files and members that may still come.
    pub(super) fn entries_left(&self, limits: &Limits) -> u64 {
        limits.entries.saturating_sub(self.entries)
    }

    /// Counts one file or member; `false` where the limit is reached.
    pub(super) fn count_entry(&mut self, limits: &Limits) -> bool {
        if self.entries_left(limits) == 0 {
            return false;
        }
        self.entries += 1;
        true
    }

    /// Unpacked bytes that may still come.
    fn bytes_left(&self, limits: &Limits) -> u64 {
        limits.expanded_bytes.saturating_sub(self.expanded_bytes)
    }

    /// Charges content that declares to unpack from `packed` to `declared` bytes. A refusal
    /// charges nothing.
    pub(super) fn charge(
        &mut self,
        limits: &Limits,
        declared: u64,
        packed: u64,
    ) -> Result<(), Exceeded> {
        if declared > limits.member_bytes {
            return Err(Exceeded::Member {
                declared,
                limit: limits.member_bytes,
            });
        }
        if declared > limits.ceiling(packed) {
            return Err(Exceeded::Ratio {
                declared,
                packed,
                limit: limits.ratio,
            });
        }
        let left = self.bytes_left(limits);
        if declared > left {
            return Err(Exceeded::Bundle {
                declared,
                left,
                limit: limits.expanded_bytes,
            });
        }
        self.expanded_bytes += declared;
        Ok(())
    }

    /// Charges what stays in memory, on top of [`Self::charge`].
    pub(super) fn hold(&mut self, limits: &Limits, declared: u64) -> Result<(), Exceeded> {
        let left = limits.held_bytes.saturating_sub(self.held_bytes);
        if declared > left {
            return Err(Exceeded::Held {
                declared,
                left,
                limit: limits.held_bytes,
            });
        }
        self.held_bytes += declared;
        Ok(())
    }

    /// The most that content of unknown size may unpack to and be kept.
    pub(super) fn room(&self, limits: &Limits, packed: u64) -> u64 {
        let held_left = limits.held_bytes.saturating_sub(self.held_bytes);
        limits
            .ceiling(packed)
            .min(self.bytes_left(limits))
            .min(held_left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> Limits {
        Limits {
            depth: 2,
            entries: 2,
            expanded_bytes: 100,
            held_bytes: 50,
            member_bytes: 80,
            ratio: 10,
            ratio_floor_bytes: 20,
        }
    }

    #[test]
    fn each_limit_speaks_with_its_numbers() {
        let limits = small();
        let mut budget = Budget::new();
        let check = |result: Result<(), Exceeded>, expected: &str| {
            assert_eq!(result.unwrap_err().to_string(), expected);
        };
        check(
            budget.charge(&limits, 81, 81),
            "unpacks to 81 bytes, above the limit of 80 for one file",
        );
        check(
            budget.charge(&limits, 60, 5),
            "unpacks to 60 bytes from 5, above the limit of 10 to 1",
        );
        assert_eq!(
            budget.charge(&limits, 20, 0),
            Ok(()),
            "the ratio is not judged below its floor"
        );
        assert_eq!(budget.charge(&limits, 80, 8), Ok(()));
        check(
            budget.charge(&limits, 1, 1),
            "needs 1 bytes unpacked where 0 are left of the limit of 100 for the whole bundle",
        );
        assert_eq!(budget.hold(&limits, 49), Ok(()));
        check(
            budget.hold(&limits, 2),
            "has to be kept unpacked in memory with 2 bytes where 1 are left of the limit of 50",
        );
    }

    #[test]
    fn entries_and_depth_end_where_they_say() {
        let limits = small();
        let mut budget = Budget::new();
        assert!(budget.count_entry(&limits) && budget.count_entry(&limits));
        assert!(!budget.count_entry(&limits));
        assert!(limits.allow_depth(2) && !limits.allow_depth(3));
        assert!(
            !Limits {
                depth: u32::MAX,
                ..small()
            }
            .allow_depth(65)
        );
    }
}
