//! Output of unknown size: small ones stay in memory, large ones go to an unnamed file.

use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom, Write};

use super::room::Roomy;
use crate::text::mask::Mask;

/// Bytes that one stream of one host may hold in memory.
const LIMIT: usize = 64 * 1024;

/// Bytes written once and read back from the start.
#[derive(Debug, Default)]
pub struct Spool {
    memory: Vec<u8>,
    file: Option<Roomy<File>>,
    length: u64,
}

impl Spool {
    /// How many bytes there are.
    pub fn len(&self) -> u64 {
        self.length
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The bytes when they are few enough to be in memory.
    pub fn small(&self) -> Option<&[u8]> {
        self.file.is_none().then_some(self.memory.as_slice())
    }

    /// All bytes, in memory. For output that is known to be bounded (a file's text, a probe).
    pub fn bytes(&mut self) -> io::Result<Vec<u8>> {
        let mut all = Vec::new();
        self.reader()?.read_to_end(&mut all)?;
        Ok(all)
    }

    /// The last `limit` bytes as text, with secrets masked.
    pub fn tail(&mut self, limit: usize, mask: &Mask) -> io::Result<String> {
        let mut bytes = Vec::new();
        let skip = self.length.saturating_sub((limit + mask.reach()) as u64);
        self.from(skip)?.read_to_end(&mut bytes)?;
        Ok(mask.last(&bytes, limit))
    }

    /// Whether the last byte is a newline.
    pub fn ends_a_line(&mut self) -> io::Result<bool> {
        let mut last = Vec::new();
        self.from(self.length.saturating_sub(1))?.read_to_end(&mut last)?;
        Ok(last == b"\n")
    }

    /// Reads from the start.
    pub fn reader(&mut self) -> io::Result<Box<dyn Read + '_>> {
        self.from(0)
    }

    fn from(&mut self, start: u64) -> io::Result<Box<dyn Read + '_>> {
        match &mut self.file {
            Some(file) => {
                file.inner.seek(SeekFrom::Start(start))?;
                Ok(Box::new(&mut file.inner))
            }
            None => {
                let start = usize::try_from(start).unwrap_or(usize::MAX);
                Ok(Box::new(self.memory.get(start..).unwrap_or_default()))
            }
        }
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.file.is_none() && self.memory.len() + bytes.len() > LIMIT {
            let mut file = Roomy::new(tempfile::tempfile()?);
            file.write_all(&self.memory)?;
            self.memory = Vec::new();
            self.file = Some(file);
        }
        match &mut self.file {
            Some(file) => file.write_all(bytes),
            None => {
                self.memory.extend_from_slice(bytes);
                Ok(())
            }
        }
    }
}

impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.put(bytes).map_err(|error| {
            let dir = std::env::temp_dir();
            let message = format!("cannot write to {} (set by TMPDIR): {error}", dir.display());
            io::Error::new(error.kind(), message)
        })?;
        self.length += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_output_leaves_memory_and_comes_back_whole() {
        let mut spool = Spool::default();
        for _ in 0..300 {
            spool.write_all(&[b'x'; 1000]).unwrap();
        }
        spool.write_all(b"end").unwrap();
        assert!(spool.small().is_none());
        assert_eq!(spool.len(), 300_003);
        assert_eq!(spool.tail(4, &Mask::new()).unwrap(), "xend");
        assert!(!spool.ends_a_line().unwrap());
        assert_eq!(spool.bytes().unwrap().len(), 300_003);
        spool.write_all(b"\n").unwrap();
        assert!(spool.ends_a_line().unwrap());
    }
}
