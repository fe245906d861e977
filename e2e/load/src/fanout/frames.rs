//! Reads WebSocket frames piece by piece, as servers send them: whole messages, not masked, without
//! extensions.

use anyhow::ensure;

/// Bytes of the largest message; the server's are at most 100 KiB.
const LENGTH_MAX: usize = 1_024 * 1_024;
/// The upper half of a head's first byte: a whole message without extensions.
const WHOLE: u8 = 0x80;
/// A bit of its second byte.
const MASKED: u8 = 0x80;

/// What a frame is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A message.
    Text,
    /// Asks whether anybody is there.
    Ping,
    /// Ends the connection.
    Close,
    /// Anything else.
    Other,
}

/// A part of a frame's content, as much as has come at once.
#[derive(Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    /// What the frame is for.
    pub kind: Kind,
    /// Bytes of the whole content.
    pub length: usize,
    /// Whether it is the first one of its frame.
    pub begins: bool,
    /// Whether it is the last one.
    pub ends: bool,
    /// The part itself.
    pub bytes: &'a [u8],
}

/// Reads frames that follow each other on one connection.
#[derive(Debug, Default)]
pub struct FrameReader {
    /// The beginning of a head that has not all come yet.
    head: Vec<u8>,
    /// The frame whose content has not all come yet.
    begun: Option<Frame>,
}

#[derive(Debug, Clone, Copy)]
struct Frame {
    kind: Kind,
    length: usize,
    to_come: usize,
}

impl FrameReader {
    /// Reads on in what has come: how much of it was used, and the content that was in it.
    ///
    /// # Errors
    /// When it is not what servers send.
    pub fn read<'a>(&mut self, bytes: &'a [u8]) -> anyhow::Result<(usize, Option<Piece<'a>>)> {
        let mut used = 0;
        if self.begun.is_none() {
            used = self.head_in(bytes)?;
        }
        let Some(frame) = self.begun else {
            return Ok((used, None));
        };
        let rest = bytes.get(used..).unwrap_or_default();
        let part = rest.get(..frame.to_come).unwrap_or(rest);
        if part.is_empty() && frame.to_come > 0 {
            return Ok((used, None));
        }
        let to_come = frame.to_come - part.len();
        self.begun = (to_come > 0).then_some(Frame { to_come, ..frame });
        let piece = Piece {
            kind: frame.kind,
            length: frame.length,
            begins: frame.to_come == frame.length,
            ends: to_come == 0,
            bytes: part,
        };
        Ok((used + part.len(), Some(piece)))
    }

    /// How much of the bytes belongs to the head.
    fn head_in(&mut self, bytes: &[u8]) -> anyhow::Result<usize> {
        for (place, byte) in bytes.iter().enumerate() {
            self.head.push(*byte);
            if let Some(frame) = frame_of(&self.head)? {
                self.head.clear();
                self.begun = Some(frame);
                return Ok(place + 1);
            }
        }
        Ok(bytes.len())
    }
}

/// The frame of a head; none as long as that is not complete.
fn frame_of(head: &[u8]) -> anyhow::Result<Option<Frame>> {
    let [first, second, long @ ..] = head else {
        return Ok(None);
    };
    let (first, second) = (*first, *second);
    ensure!(
        first & 0xF0 == WHOLE,
        "a message in parts or of an extension"
    );
    ensure!(second & MASKED == 0, "a masked frame");
    let length = match (second & 0x7F, long.len()) {
        (126, 2) | (127, 8) => long
            .iter()
            .fold(0_u64, |length, byte| (length << 8) | u64::from(*byte)),
        (126 | 127, _) => return Ok(None),
        (short, _) => u64::from(short),
    };
    let length = usize::try_from(length)?;
    ensure!(length <= LENGTH_MAX, "a message of {length} bytes");
    Ok(Some(Frame {
        kind: match first & 0x0F {
            1 => Kind::Text,
            8 => Kind::Close,
            9 => Kind::Ping,
            _ => Kind::Other,
        },
        length,
        to_come: length,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(first: u8, content: &[u8]) -> Vec<u8> {
        let mut frame = vec![first];
        match u16::try_from(content.len()) {
            Ok(short @ ..126) => frame.push(u8::try_from(short).unwrap()),
            Ok(long) => {
                frame.push(126);
                frame.extend(long.to_be_bytes());
            }
            Err(_) => {
                frame.push(127);
                frame.extend(u64::try_from(content.len()).unwrap().to_be_bytes());
            }
        }
        frame.extend(content);
        frame
    }

    fn read_in_pieces(all: &[u8], size: usize) -> Vec<(Kind, Vec<u8>)> {
        let mut reader = FrameReader::default();
        let (mut frames, mut content) = (Vec::new(), Vec::new());
        for come in all.chunks(size) {
            let mut rest = come;
            while !rest.is_empty() {
                let (used, piece) = reader.read(rest).unwrap();
                assert!(used > 0);
                rest = &rest[used..];
                let Some(piece) = piece else { continue };
                assert_eq!(piece.begins, content.is_empty());
                content.extend_from_slice(piece.bytes);
                if piece.ends {
                    assert_eq!(piece.length, content.len());
                    frames.push((piece.kind, std::mem::take(&mut content)));
                }
            }
        }
        frames
    }

    #[test]
    fn frames_are_the_same_in_whatever_pieces_they_come() {
        let contents = [
            (Kind::Text, 0x81, vec![b'a'; 125]),
            (Kind::Ping, 0x89, Vec::new()),
            (Kind::Text, 0x81, vec![b'b'; 126]),
            (Kind::Text, 0x81, vec![b'c'; 70_000]),
            (Kind::Other, 0x82, vec![b'd'; 300]),
            (Kind::Close, 0x88, b"\x03\xf0too many".to_vec()),
        ];
        let all: Vec<u8> = contents
            .iter()
            .flat_map(|(_, first, content)| frame(*first, content))
            .collect();
        let expected: Vec<_> = contents
            .into_iter()
            .map(|(kind, _, content)| (kind, content))
            .collect();
        for size in [1, 2, 3, 7, 127, 1_000, 65_536, all.len()] {
            assert_eq!(read_in_pieces(&all, size), expected, "pieces of {size}");
        }
    }

    #[test]
    fn what_no_server_sends_is_an_error() {
        let endless = [0x81, 127, 0, 0, 1, 0, 0, 0, 0, 0];
        for wrong in [&[0x01, 1][..], &[0xC1, 1], &[0x81, 0x81], &endless] {
            assert!(FrameReader::default().read(wrong).is_err(), "{wrong:?}");
        }
    }
}
