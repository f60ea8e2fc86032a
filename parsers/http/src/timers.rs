//! When things of an exchange happened, as its recording says.
//!
//! A recording either states instants (Fiddler) or one instant and how long each phase took (HAR).
//! Both are kept, and an instant that was reckoned from phases says so.

/// An instant on the recording device's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instant {
    /// 100 ns ticks since 1601-01-01 UTC.
    pub ticks: i64,
    /// The unit in which the recording wrote it, in ticks, at least 1: 10 000 for milliseconds.
    pub precision: i64,
    /// How it is known.
    pub basis: Basis,
}

impl Instant {
    /// An instant that the recording states, written in units of `precision` ticks.
    pub fn stated(ticks: i64, precision: i64) -> Self {
        let precision = precision.max(1);
        Self {
            ticks,
            precision,
            basis: Basis::Stated,
        }
    }

    /// The same, stated as a local time whose zone is not in the recording, and was given.
    pub fn assumed(ticks: i64, precision: i64) -> Self {
        Self {
            basis: Basis::Assumed,
            ..Self::stated(ticks, precision)
        }
    }
}

/// How an instant is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// It stands in the recording.
    Stated,
    /// A stated instant and the lengths of the phases after it, on the reading of HAR 1.2 that the
    /// phases follow one another without a pause.
    Reckoned,
    /// A local time stands in the recording; whoever had it read said in which zone.
    Assumed,
}

/// A point in the life of an exchange that recordings name, in the usual order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Point {
    /// The client had connected to the recorder.
    ClientConnected,
    /// The client began to send the request, or the browser to work on it.
    RequestBegun,
    /// The recorder had read the head of the request.
    RequestHeadRead,
    /// The client had sent the whole request.
    RequestDone,
    /// The server's name was resolved.
    NameResolved,
    /// The connection to the server stood.
    ServerConnected,
    /// TLS with the server was agreed.
    TlsDone,
    /// The request began to go to the server.
    RequestForwarded,
    /// The server had got the whole request.
    ServerGotRequest,
    /// The first byte of the response came from the server.
    ResponseBegun,
    /// The head of the response was read.
    ResponseHeadRead,
    /// The server had sent the whole response.
    ResponseDone,
    /// The recorder began to give the response to the client.
    ClientResponseBegun,
    /// The client had the whole response.
    ClientResponseDone,
}

/// A stretch of an exchange whose length a recording states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Phase {
    /// Waiting for a connection to be free (HAR `blocked`).
    Blocked,
    /// Finding the proxy to use (Fiddler `GatewayTime`).
    Gateway,
    /// Resolving the server's name.
    Dns,
    /// Connecting to the server; in HAR, with TLS.
    Connect,
    /// Agreeing on TLS; in HAR, the last part of `connect`.
    Tls,
    /// Sending the request.
    Send,
    /// Waiting for the first byte of the response.
    Wait,
    /// Receiving the response.
    Receive,
    /// The whole exchange.
    Total,
}

/// The points and phases of one exchange; what the recording does not have is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timers {
    points: Vec<(Point, Instant)>,
    phases: Vec<(Phase, i64)>,
}

impl Timers {
    /// When that point was reached; `None` when the recording does not say.
    pub fn at(&self, point: Point) -> Option<Instant> {
        let mut points = self.points.iter();
        points.find(|(of, _)| *of == point).map(|(_, at)| *at)
    }

    /// How long that phase took, in ticks, never negative; `None` when the recording does not say.
    pub fn length(&self, phase: Phase) -> Option<i64> {
        let mut phases = self.phases.iter();
        phases.find(|(of, _)| *of == phase).map(|(_, ticks)| *ticks)
    }

    /// Sets a point; a second statement of one point is dropped.
    pub fn set(&mut self, point: Point, at: Instant) {
        if self.at(point).is_none() {
            self.points.push((point, at));
        }
    }

    /// Sets a phase; negative lengths, which mean absence, and second statements are dropped.
    pub fn set_length(&mut self, phase: Phase, ticks: i64) {
        if ticks >= 0 && self.length(phase).is_none() {
            self.phases.push((phase, ticks));
        }
    }

    /// All points that are known, in the order in which they were set.
    pub fn points(&self) -> &[(Point, Instant)] {
        &self.points
    }

    /// All phases that are known, with their lengths in ticks.
    pub fn phases(&self) -> &[(Phase, i64)] {
        &self.phases
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_statement_stands_and_absence_is_absence() {
        let mut timers = Timers::default();
        timers.set(Point::RequestBegun, Instant::stated(5, 0));
        timers.set(Point::RequestBegun, Instant::stated(9, 1));
        timers.set_length(Phase::Dns, -1);
        timers.set_length(Phase::Send, 0);
        assert_eq!(timers.at(Point::RequestBegun), Some(Instant::stated(5, 1)));
        assert_eq!(timers.at(Point::ResponseBegun), None);
        assert_eq!(timers.length(Phase::Dns), None);
        assert_eq!(timers.length(Phase::Send), Some(0));
        assert_eq!((timers.points().len(), timers.phases().len()), (1, 1));
    }
}
