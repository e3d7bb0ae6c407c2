package dev.keywright.ops.lua;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What is known of Redis commands without a server; read once from {@code commands.tsv}. */
final class CommandSheet {

    private static final CommandSheet SHEET = new CommandSheet(text());

    /**
     * One command, or one of its subcommands.
     *
     * @param arity words with the name; negative: at least so many
     * @param first place of the first key, 0 for none
     * @param last place of the last key; negative: counted from the end
     * @param marks a letter for each: writes, reads, m keys elsewhere, n not allowed in scripts, blocks
     * @param replacement what to use instead; empty when it is up to date
     */
    record Entry(String name, int arity, int first, int last, int step, String marks, String replacement) {

        boolean writes() {
            return marks.indexOf('w') >= 0;
        }

        boolean isBarred() {
            return marks.indexOf('n') >= 0;
        }

        boolean blocks() {
            return marks.indexOf('b') >= 0;
        }
    }

    private final Map<String, Entry> entries;

    private CommandSheet(String text) {
        entries = text.lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("\t"))
                .map(CommandSheet::entry)
                .collect(Collectors.toUnmodifiableMap(Entry::name, Function.identity()));
    }

    static CommandSheet get() {
        return SHEET;
    }

    /** The entry of the subcommand where there is one. */
    Optional<Entry> find(String name, String second) {
        return Optional.ofNullable(entries.get(name + " " + second)).or(() -> Optional.ofNullable(entries.get(name)));
    }

    private static Entry entry(String[] columns) {
        return new Entry(
                columns[0],
                Integer.parseInt(columns[1]),
                Integer.parseInt(columns[2]),
                Integer.parseInt(columns[3]),
                Integer.parseInt(columns[4]),
                columns[5],
                columns.length > 6 ? columns[6] : "");
    }

    private static String text() {
        try (InputStream stream = CommandSheet.class.getResourceAsStream("commands.tsv")) {
            if (stream == null) {
                throw new IllegalStateException("No commands.tsv beside " + CommandSheet.class.getName());
            }
            return new String(stream.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
