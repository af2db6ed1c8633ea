//! The command line. Thin: arguments in, text or JSON Lines out.

pub mod tag;
