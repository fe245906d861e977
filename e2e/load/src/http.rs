//! Reads HTTP/1.1 answers piece by piece, no more of them than a load run needs: the status, the
//! length, and the body of what went wrong.

use anyhow::{Context as _, bail, ensure};

const HEAD_MAX: usize = 32 * 1024;
const BODY_MAX: usize = 64 * 1024 * 1024;
/// Statuses from which on the body is kept.
const FAILURES: u16 = 400;

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// Its status.
    pub status: u16,
    /// Its body, of a failure only.
    pub body: Vec<u8>,
}

/// Reads answers that follow each other on one connection.
#[derive(Debug, Default)]
pub struct ResponseReader {
    /// The beginning of a head that has not all come yet.
    head: Vec<u8>,
    /// The answer whose body has not all come yet, and how much of it is to come.
    begun: Option<(Response, usize)>,
}

impl ResponseReader {
    /// Reads on in what has come: how much of it was used, and the answer if that completed one.
    ///
    /// # Errors
    /// When it is not HTTP as our server speaks it.
    pub fn read(&mut self, bytes: &[u8]) -> anyhow::Result<(usize, Option<Response>)> {
        let mut used = 0;
        if self.begun.is_none() {
            let (of_head, complete) = self.head_in(bytes)?;
            used = of_head;
            if !complete {
                return Ok((used, None));
            }
        }
        let Some((mut response, to_come)) = self.begun.take() else {
            return Ok((used, None));
        };
        let body = bytes.get(used..).unwrap_or_default();
        let body = body.get(..to_come).unwrap_or(body);
        if response.status >= FAILURES {
            response.body.extend_from_slice(body);
        }
        used += body.len();
        if body.len() == to_come {
            return Ok((used, Some(response)));
        }
        self.begun = Some((response, to_come - body.len()));
        Ok((used, None))
    }

    /// How much of the bytes belongs to the head, and whether it is complete.
    fn head_in(&mut self, bytes: &[u8]) -> anyhow::Result<(usize, bool)> {
        if self.head.is_empty()
            && let Some(end) = end_of_head(bytes)
        {
            self.begin(bytes.get(..end).unwrap_or_default())?;
            return Ok((end, true));
        }
        let known = self.head.len();
        self.head.extend_from_slice(bytes);
        let Some(end) = end_of_head(&self.head) else {
            ensure!(known <= HEAD_MAX, "a head of more than {HEAD_MAX} bytes");
            return Ok((bytes.len(), false));
        };
        let mut head = std::mem::take(&mut self.head);
        head.truncate(end);
        self.begin(&head)?;
        Ok((end - known, true))
    }

    fn begin(&mut self, head: &[u8]) -> anyhow::Result<()> {
        let mut lines = head.split(|byte| *byte == b'\n');
        let status = status(lines.next().unwrap_or_default())?;
        let mut length = 0;
        for line in lines {
            if let Some(value) = value_of(line, b"content-length:") {
                length = number(value).context("a content-length that is no number")?;
            } else if value_of(line, b"transfer-encoding:").is_some() {
                bail!("an answer in chunks");
            }
        }
        ensure!(length <= BODY_MAX, "a body of {length} bytes");
        let body = Vec::new();
        self.begun = Some((Response { status, body }, length));
        Ok(())
    }
}

/// Where the head of a message ends, once all of it has come.
pub(super) fn end_of_head(bytes: &[u8]) -> Option<usize> {
    const END: &[u8] = b"\r\n\r\n";
    let place = bytes.windows(END.len()).position(|window| window == END)?;
    Some(place + END.len())
}

fn status(line: &[u8]) -> anyhow::Result<u16> {
    ensure!(line.starts_with(b"HTTP/1.1 "), "no answer of HTTP/1.1");
    let digits = line.get(9..12).and_then(number);
    let status = digits.context("an answer without a status")?;
    Ok(u16::try_from(status)?)
}

fn value_of<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let (start, value) = line.split_at_checked(name.len())?;
    start.eq_ignore_ascii_case(name).then(|| value.trim_ascii())
}

fn number(digits: &[u8]) -> Option<usize> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &[u8] = b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n\
        Content-Length: 7\r\nx-frame-options: DENY\r\n\r\n{\"a\":1}\
        HTTP/1.1 409 Conflict\r\ncontent-length:4\r\n\r\noops\
        HTTP/1.1 204 No Content\r\n\r\n";

    fn expected() -> Vec<Response> {
        let response = |status, body: &[u8]| Response {
            status,
            body: body.to_vec(),
        };
        vec![
            response(201, b""),
            response(409, b"oops"),
            response(204, b""),
        ]
    }

    fn read_in_pieces(size: usize) -> Vec<Response> {
        let mut reader = ResponseReader::default();
        let mut responses = Vec::new();
        for piece in TWO.chunks(size) {
            let mut rest = piece;
            while !rest.is_empty() {
                let (used, response) = reader.read(rest).unwrap();
                assert!(used > 0);
                responses.extend(response);
                rest = &rest[used..];
            }
        }
        responses
    }

    #[test]
    fn answers_are_the_same_in_whatever_pieces_they_come() {
        for size in 1..=TWO.len() {
            assert_eq!(read_in_pieces(size), expected(), "pieces of {size}");
        }
    }

    #[test]
    fn what_our_server_never_says_is_an_error() {
        for wrong in [
            "HTTP/1.0 200 OK\r\n\r\n",
            "HTTP/1.1 xyz\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
        ] {
            let read = ResponseReader::default().read(wrong.as_bytes());
            assert!(read.is_err(), "{wrong}");
        }
        let endless = vec![b'a'; HEAD_MAX + 1];
        let mut reader = ResponseReader::default();
        assert!(reader.read(&endless).is_ok());
        assert!(reader.read(&endless).is_err());
    }
}
