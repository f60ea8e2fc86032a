//! Tokens over made-up streams of events.
