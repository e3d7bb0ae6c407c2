package dev.keywright.ops.lua;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * One command that a script may send to Redis. A call whose command is one of several counts once for each.
 *
 * @param call where it stands
 * @param guarded whether its error is caught
 * @param name in capitals; empty when it is not known before the script runs
 * @param words what follows the name
 * @param second constant text of the first word, in capitals; empty when it is none
 * @param open whether the last word stands for any number of words
 */
record CommandCall(Node.Call call, boolean guarded, String name, List<Node> words, String second, boolean open) {

    int line() {
        return call.line();
    }

    Optional<CommandSheet.Entry> entry() {
        return CommandSheet.get().find(name, second);
    }

    /** The name with its subcommand, as one says it. */
    String title() {
        return entry().map(CommandSheet.Entry::name).orElse(name);
    }

    boolean writes() {
        return entry().filter(CommandSheet.Entry::writes).isPresent();
    }

    boolean is(String... names) {
        return Set.of(names).contains(name);
    }

    /** Whether that word stands among its words, as a constant. */
    boolean says(String... options) {
        Set<String> wanted = Set.of(options);
        return words.stream().anyMatch(word -> wanted.contains(capitals(word)));
    }

    /** The word behind that option. */
    Optional<Node> after(String... options) {
        Set<String> wanted = Set.of(options);
        return IntStream.range(1, words.size())
                .filter(i -> wanted.contains(capitals(words.get(i - 1))))
                .mapToObj(words::get)
                .findFirst();
    }

    static String capitals(Node word) {
        return word instanceof Node.Text text ? text.value().toUpperCase(Locale.ROOT) : "";
    }

    /** The words that are keys; empty also for a command that is not known. */
    List<Node> keys() {
        return switch (name) {
            case "EVAL", "EVALSHA", "FCALL", "EVAL_RO", "EVALSHA_RO", "FCALL_RO" -> counted(1);
            case "ZUNION", "ZINTER", "ZDIFF", "ZINTERCARD", "SINTERCARD", "LMPOP", "ZMPOP" -> counted(0);
            case "ZUNIONSTORE", "ZINTERSTORE", "ZDIFFSTORE" -> {
                List<Node> keys = new ArrayList<>(words.subList(0, Math.min(1, words.size())));
                keys.addAll(counted(1));
                yield keys;
            }
            case "XREAD", "XREADGROUP" -> streams();
            case "SORT", "SORT_RO", "GEORADIUS", "GEORADIUSBYMEMBER" -> {
                List<Node> keys = new ArrayList<>(words.subList(0, Math.min(1, words.size())));
                after("STORE", "STOREDIST").ifPresent(keys::add);
                yield keys;
            }
            default -> entry().map(this::fixed).orElse(List.of());
        };
    }

    private List<Node> fixed(CommandSheet.Entry entry) {
        if (entry.first() < 1) {
            return List.of();
        }
        return IntStream.iterate(entry.first(), at -> at <= lastKey(entry), at -> at + entry.step())
                .mapToObj(at -> words.get(at - 1))
                .toList();
    }

    /** The place of the last key. */
    private int lastKey(CommandSheet.Entry entry) {
        int size = words.size();
        if (entry.last() >= 0) {
            return Math.min(entry.last(), size);
        }
        return open ? size : size + 1 + entry.last();
    }

    private List<Node> counted(int place) {
        if (place >= words.size()) {
            return List.of();
        }
        if (words.get(place) instanceof Node.Numeral number) {
            int from = place + 1;
            return words.subList(from, (int) Math.min(words.size(), from + number.value()));
        }
        return words.subList(place + 1, Math.min(words.size(), place + 2));
    }

    private List<Node> streams() {
        int at = IntStream.range(0, words.size())
                .filter(i -> capitals(words.get(i)).equals("STREAMS"))
                .findFirst()
                .orElse(words.size());
        int count = (words.size() - at) / 2;
        return words.subList(Math.min(words.size(), at + 1), Math.min(words.size(), at + 1 + count));
    }
}
