package dev.keywright.ops.scan;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.keywright.ops.wire.Wire;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** A command with room for one key, framed once and sent often. */
final class Phrase {

    private static final String KEY = "<key>";

    private final String name;
    private final byte[] before;
    private final byte[] after;

    private Phrase(String name, byte[] before, byte[] after) {
        this.name = name;
        this.before = before;
        this.after = after;
    }

    /** Words with {@code <key>} among them; what stands before it is the name. */
    static Phrase of(String words) {
        List<String> all = List.of(words.split(" "));
        int key = all.indexOf(KEY);
        List<String> name = all.subList(0, key);
        return new Phrase(
                String.join(" ", name),
                ("*" + all.size() + "\r\n" + framed(name)).getBytes(US_ASCII),
                framed(all.subList(key + 1, all.size())).getBytes(US_ASCII));
    }

    private static String framed(List<String> words) {
        StringBuilder framed = new StringBuilder();
        words.forEach(word -> framed.append('$')
                .append(word.length())
                .append("\r\n")
                .append(word)
                .append("\r\n"));
        return framed.toString();
    }

    /** A key as it stands in a command. */
    static byte[] framed(byte[] key) {
        byte[] head = ("$" + key.length + "\r\n").getBytes(US_ASCII);
        byte[] framed = new byte[head.length + key.length + 2];
        System.arraycopy(head, 0, framed, 0, head.length);
        System.arraycopy(key, 0, framed, head.length, key.length);
        framed[framed.length - 2] = '\r';
        framed[framed.length - 1] = '\n';
        return framed;
    }

    void send(Wire wire, byte[] framedKey) throws IOException {
        wire.put(before);
        wire.put(framedKey);
        wire.put(after);
    }

    /** The command and its subcommand. */
    String name() {
        return name;
    }

    /** What an ACL rule calls it. */
    String right() {
        return "+" + name.toLowerCase(Locale.ROOT).replace(' ', '|');
    }
}
