use nerve_model::{EventId, RecordId, Timestamp};
use nerve_protocol::record::Place;
use std::{fmt, str::FromStr};

/// A position in one of the streams of a record's activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Position {
    /// A position on the timeline of a part.
    Reported(RecordId, Place),
    /// A position among the associated events.
    Associated(Timestamp, EventId),
    /// A position in the chain of a part.
    Chain(RecordId, u64),
}

impl Position {
    fn is_in_stream_of(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Reported(one, _), Self::Reported(other, _)) | (Self::Chain(one, _), Self::Chain(other, _)) => {
                one == other
            }
            (Self::Associated(..), Self::Associated(..)) => true,
            _ => false,
        }
    }
}

/// The error for text that is no cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a place on a timeline")]
pub struct CursorError;

/// The position of a page: one position in each stream that the pages so far have reached.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cursor(Vec<Position>);

impl Cursor {
    pub(crate) fn advance(&mut self, to: Position) {
        match self.0.iter_mut().find(|position| position.is_in_stream_of(&to)) {
            Some(position) => *position = to,
            None => self.0.push(to),
        }
    }

    pub(crate) fn told(&self, part: RecordId) -> Option<Place> {
        self.0.iter().find_map(|position| match position {
            Position::Reported(record, place) if *record == part => Some(*place),
            _ => None,
        })
    }

    pub(crate) fn chain(&self, part: RecordId) -> Option<u64> {
        self.0.iter().find_map(|position| match position {
            Position::Chain(record, n) if *record == part => Some(*n),
            _ => None,
        })
    }

    pub(crate) fn associated(&self) -> Option<(Timestamp, EventId)> {
        self.0.iter().find_map(|position| match position {
            Position::Associated(at, event) => Some((*at, *event)),
            _ => None,
        })
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reported(part, Place { at, seq }) => write!(f, "{part}.{}.{seq}", at.as_millis()),
            Self::Associated(at, event) => write!(f, "{event}.{}", at.as_millis()),
            Self::Chain(part, n) => write!(f, "{part}.{n}"),
        }
    }
}

impl FromStr for Position {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let parts: Vec<&str> = text.split('.').collect();
        let read = match parts.as_slice() {
            [part, at, seq] => told(part, at, seq),
            [id, place] => chain(id, place).or_else(|| associated(id, place)),
            _ => None,
        };
        read.ok_or(CursorError)
    }
}

fn told(part: &str, at: &str, seq: &str) -> Option<Position> {
    let place = Place { at: Timestamp::from_millis(at.parse().ok()?), seq: seq.parse().ok()? };
    Some(Position::Reported(part.parse().ok()?, place))
}

fn chain(part: &str, n: &str) -> Option<Position> {
    Some(Position::Chain(part.parse().ok()?, n.parse().ok()?))
}

fn associated(event: &str, at: &str) -> Option<Position> {
    Some(Position::Associated(Timestamp::from_millis(at.parse().ok()?), event.parse().ok()?))
}

/// Writes text that needs no escaping in a URL.
impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, position) in self.0.iter().enumerate() {
            write!(f, "{}{position}", if n == 0 { "" } else { "~" })?;
        }
        Ok(())
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        text.split('~').map(str::parse).collect::<Result<_, _>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_as_it_was_written_and_goes_on_in_each_stream() {
        let (part, other, at) = (
            RecordId::new(Timestamp::from_millis(1), 1),
            RecordId::new(Timestamp::from_millis(1), 2),
            Timestamp::from_millis(-5),
        );
        let mut cursor = Cursor::default();
        let event = EventId::new(at, 7);
        for position in [
            Position::Reported(part, Place { at, seq: 9 }),
            Position::Chain(part, 4),
            Position::Associated(at, event),
            Position::Chain(other, 8),
            Position::Chain(part, 3),
        ] {
            cursor.advance(position);
        }
        assert_eq!(cursor.to_string().parse(), Ok(cursor.clone()));
        assert_eq!((cursor.chain(part), cursor.chain(other)), (Some(3), Some(8)));
        assert_eq!((cursor.told(part), cursor.told(other)), (Some(Place { at, seq: 9 }), None));
        assert_eq!(cursor.associated(), Some((at, event)));
        for wrong in
            ["", "x", "1.2", "rec_1.2", "~", &format!("{cursor}~"), &format!("{part}.x"), &format!("{part}.-1")]
        {
            assert_eq!(wrong.parse::<Cursor>(), Err(CursorError), "{wrong}");
        }
    }
}
