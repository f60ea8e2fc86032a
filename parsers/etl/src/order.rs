//! The order of time over buffers that were filled by several processors.
//!
//! A processor's records are in order within its buffers, and its buffers by their
//! sequence number; the file has them as they were flushed. A record without a
//! time keeps its place behind the one before it: that is its order, not its time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::file::Trace;
use crate::record::Record;

/// Where a record stands in time. Equal times fall back to the log, the buffer's
/// sequence number, the buffer and the place inside it, so the order is total and
/// the same for any way of reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderKey {
    /// 100 ns ticks since 1601 UTC, of this record or the last one before it that
    /// has a time; the lowest value when there is none.
    ticks: i64,
    session: usize,
    sequence: u64,
    buffer: u64,
    inside: u32,
}

impl OrderKey {
    /// Index of the record's log into [`TraceIndex::sessions`](crate::TraceIndex::sessions).
    pub fn session(&self) -> usize {
        self.session
    }

    /// The key of a record; `before` is that of the record before it in its buffer.
    pub fn of(record: &Record<'_>, before: Option<Self>) -> Self {
        let inherited = before.map_or(i64::MIN, |key| key.ticks);
        let span = record.buffer();
        let place = record.place();
        Self {
            ticks: record.ticks().unwrap_or(inherited),
            session: span.session,
            sequence: span.header.sequence,
            buffer: place.buffer,
            inside: place.inside,
        }
    }
}

/// The buffers of each processor of each log in the order they were filled, as
/// indices into [`TraceIndex::buffers`](crate::TraceIndex::buffers). Streams are in order of log and processor.
pub fn streams(trace: &Trace<'_>) -> Vec<Vec<usize>> {
    let mut order: Vec<_> = trace
        .buffers
        .iter()
        .enumerate()
        .map(|(index, span)| {
            let stream = (span.session, span.header.cpu);
            (stream, span.header.sequence, index)
        })
        .collect();
    order.sort_unstable();
    order
        .chunk_by(|(before, ..), (after, ..)| before == after)
        .map(|stream| stream.iter().map(|(_, _, index)| *index).collect())
        .collect()
}

/// Merges streams by time. Each stream is put in order first, because an
/// interrupt can come between a record's time and its place.
pub fn merge_by_time<T>(streams: Vec<Vec<(OrderKey, T)>>) -> MergedByTime<T> {
    let mut heads = BinaryHeap::with_capacity(streams.len());
    let mut rests = Vec::with_capacity(streams.len());
    for (index, mut stream) in streams.into_iter().enumerate() {
        stream.sort_by_key(|(key, _)| *key);
        let mut rest = stream.into_iter();
        let head = rest.next();
        if let Some((key, _)) = &head {
            heads.push(Reverse((*key, index)));
        }
        rests.push((head, rest));
    }
    MergedByTime { heads, rests }
}

type Stream<T> = (Option<(OrderKey, T)>, std::vec::IntoIter<(OrderKey, T)>);

/// Iterator of [`merge_by_time`].
#[derive(Debug)]
pub struct MergedByTime<T> {
    heads: BinaryHeap<Reverse<(OrderKey, usize)>>,
    rests: Vec<Stream<T>>,
}

impl<T> Iterator for MergedByTime<T> {
    type Item = (OrderKey, T);

    fn next(&mut self) -> Option<Self::Item> {
        let Reverse((_, index)) = self.heads.pop()?;
        let (head, rest) = self.rests.get_mut(index)?;
        let next = rest.next();
        if let Some((key, _)) = &next {
            self.heads.push(Reverse((*key, index)));
        }
        std::mem::replace(head, next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(ticks: i64, sequence: u64, inside: u32) -> OrderKey {
        OrderKey {
            ticks,
            session: 0,
            sequence,
            buffer: 0,
            inside,
        }
    }

    /// Streams of (time, sequence, inside, mark) give the marks in `expected` order.
    fn check(streams: &[&[(i64, u64, u32, char)]], expected: &str) {
        let streams = streams
            .iter()
            .map(|stream| {
                stream
                    .iter()
                    .map(|(ticks, sequence, inside, mark)| (key(*ticks, *sequence, *inside), *mark))
                    .collect()
            })
            .collect();
        let merged: String = merge_by_time(streams).map(|(_, mark)| mark).collect();
        assert_eq!(merged, expected);
    }

    #[test]
    fn merging() {
        check(&[], "");
        check(&[&[], &[]], "");
        check(
            &[&[(1, 0, 0, 'a'), (5, 0, 1, 'b')], &[(2, 1, 0, 'c')]],
            "acb",
        );
        check(&[&[(3, 2, 0, 'b')], &[(3, 1, 9, 'a')]], "ab");
        check(
            &[&[(2, 0, 0, 'b'), (1, 0, 1, 'a')], &[(2, 0, 1, 'c')]],
            "abc",
        );
    }
}
