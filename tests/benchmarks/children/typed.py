"""Keep the typed lines of a source as an Arrow file: `… FILE OUT AT_MOST`."""

import sys
from itertools import chain

import pyarrow as pa

from pipeline.sources.arrival import Reading, arrivals
from pipeline.trade_settings import CleaningSettings


def main() -> None:
    source, out, at_most = sys.argv[1:]
    how = Reading("auto", (), {}, CleaningSettings().unusable_share)
    parts = chain.from_iterable(each.lines() for each in arrivals((source,), how))
    lines = pa.concat_tables(part.rows for part in parts).slice(0, int(at_most))
    lines = lines.append_column("line", pa.array(range(len(lines)), pa.int64()))
    with pa.ipc.new_file(out, lines.schema) as written:
        written.write_table(lines)


if __name__ == "__main__":
    main()
