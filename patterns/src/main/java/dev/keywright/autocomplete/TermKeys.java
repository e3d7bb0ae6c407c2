package dev.keywright.autocomplete;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.codec.Codecs;
import dev.keywright.connection.Command;
import dev.keywright.script.Script;
import java.util.ArrayList;
import java.util.List;

/** What is sent about one index; all of it shares a hash slot. */
final class TermKeys {

    private static final Script LEARN = Script.beside(TermKeys.class, "learn.lua");
    private static final Script FORGET = Script.beside(TermKeys.class, "forget.lua");
    private static final Script SUGGEST = Script.beside(TermKeys.class, "suggest.lua");
    private static final Script POPULARITY = Script.beside(TermKeys.class, "popularity.lua");
    private static final int LONGEST = 512;
    private static final String END = " \0"; // a space that is typed after a whole term finds it, too

    private final String start;
    private final AutocompleteOptions options;
    private final Spelling spelling;

    TermKeys(String name, AutocompleteOptions options) {
        if (name.isEmpty() || name.indexOf('{') >= 0 || name.indexOf('}') >= 0) {
            throw new IllegalArgumentException(
                    "The name '" + name + "' is empty or has a brace; give letters, digits, ':'");
        }
        this.start = "ac:{" + name + "}:";
        this.options = options;
        this.spelling = new Spelling(options);
    }

    String scores() {
        return start + "scores";
    }

    /** @param kind as the script says */
    Script.Invocation learn(String kind, String term, double weight) {
        if (!(weight >= 0 && weight <= 1e15)) {
            throw new IllegalArgumentException("The popularity is " + weight + "; give 0 to 1e15");
        }
        List<byte[]> arguments = new ArrayList<>();
        byte[] text = bytes(term);
        arguments.add(bytes(options.layout()));
        arguments.add(bytes(kind));
        arguments.add(text);
        arguments.add(bytes(Double.toString(weight)));
        arguments.add(bytes(Long.toString(options.halfLifeMillis())));
        arguments.add(bytes(Integer.toString(options.kept())));
        return withPlaces(LEARN, term, arguments);
    }

    Script.Invocation forget(String term) {
        List<byte[]> arguments = new ArrayList<>();
        byte[] text = bytes(term);
        arguments.add(bytes(options.layout()));
        arguments.add(text);
        return withPlaces(FORGET, term, arguments).repeatable();
    }

    private Script.Invocation withPlaces(Script script, String term, List<byte[]> arguments) {
        List<String> texts = spelling.texts(term);
        List<byte[]> keys = new ArrayList<>();
        for (String part : List.of("layout", "terms", "scores")) {
            keys.add((start + part).getBytes(UTF_8));
        }
        for (String prefix : spelling.shortPrefixes(texts)) {
            keys.add((start + "top:" + prefix).getBytes(UTF_8));
        }
        for (String text : texts) {
            arguments.add((text + END + (text.equals(term) ? "" : term)).getBytes(UTF_8));
        }
        return script.with(keys.toArray(byte[][]::new), arguments.toArray(byte[][]::new));
    }

    String prefix(String typed) {
        return spelling.prefix(typed);
    }

    boolean isShort(String prefix) {
        return spelling.isShort(prefix);
    }

    /** The most popular ones of a short prefix, or of all. */
    Command top(String prefix, int most) {
        checkMost(most);
        return Command.named("ZRANGE")
                .key(prefix.isEmpty() ? scores() : start + "top:" + prefix)
                .argument(0)
                .argument(most - 1L)
                .buildReadOnly();
    }

    Script.Invocation search(String prefix, int most) {
        checkMost(most);
        return SUGGEST.with(
                        List.of(start + "terms", scores()),
                        List.of(prefix, Integer.toString(most), Integer.toString(options.looked())))
                .readOnly();
    }

    Script.Invocation popularity(String term) {
        return POPULARITY.with(List.of(scores()), List.of(term)).readOnly();
    }

    private void checkMost(int most) {
        if (most < 1 || most > options.kept()) {
            throw new IllegalArgumentException(
                    "The number of suggestions is " + most + "; give 1 to " + options.kept() + ", as many as are kept");
        }
    }

    static byte[] bytes(String text) {
        byte[] bytes = Codecs.string().encode(text);
        if (bytes.length < 1 || bytes.length > LONGEST) {
            throw new IllegalArgumentException("The term has " + bytes.length + " bytes; give 1 to " + LONGEST);
        }
        return bytes;
    }
}
