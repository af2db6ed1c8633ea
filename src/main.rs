use std::io::Write;
use std::path::PathBuf;

use clap::Parser;

#[derive(Parser)]
struct Arguments {
    #[arg(long, default_value = ".")]
    dir: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    Tag {
        #[arg(long)]
        product: Option<String>,
        #[arg(long)]
        lang: Option<String>,
        #[arg(long)]
        json: bool,
    },
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let Command::Tag { product, lang, json } = arguments.command;
    let lang = lang.as_deref().and_then(goodword::mention::Lang::parse);
    let options = goodword::cli::tag::TagOptions { product, lang, json };
    let mut output = std::io::BufWriter::new(std::io::stdout().lock());
    goodword::cli::tag::run(&arguments.dir, &options, std::io::stdin().lock(), &mut output)?;
    Ok(output.flush()?)
}
