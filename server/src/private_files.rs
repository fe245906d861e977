//! Files of a game are nobody else's: they hold password hashes and e-mail addresses.

/// From now on, whatever this process creates can be read and changed by its own user only: files are
/// 0600, folders 0700. What is there already keeps its permissions.
pub fn keep_files_private() {
    #[cfg(unix)]
    {
        use rustix::fs::Mode;
        rustix::process::umask(Mode::RWXG | Mode::RWXO);
    }
}
