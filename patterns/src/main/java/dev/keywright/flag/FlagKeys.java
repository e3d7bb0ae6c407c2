package dev.keywright.flag;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.connection.Command;
import dev.keywright.lease.Stem;
import dev.keywright.script.Script;
import java.util.List;
import java.util.Optional;

/** The keys of one set of flags, and what is asked of them. */
final class FlagKeys {

    /** How many pages of users one set of flags may have; each process holds them all. */
    static final int MOST_PAGES = 10_000;

    /** How many flags there may be; each process holds them all. */
    static final int MOST_FLAGS = 10_000;

    /** How many users one call of a script takes. */
    static final int USERS_AT_ONCE = 200;

    /** How many pages one call of a script reads. */
    static final int PAGES_AT_ONCE = 4;

    /** How many members of a page one command in a script asks for; a page of names has hardly more. */
    private static final int STEP = 1_000;

    private static final Script CHANGE = Script.beside(FlagKeys.class, "change.lua");
    private static final Script MEMBERS = Script.beside(FlagKeys.class, "members.lua");
    private static final Script PAGES = Script.beside(FlagKeys.class, "pages.lua");

    private static final String PAGE = ":page:";

    private final Stem stem;
    private final byte[] flags;
    private final byte[] pages;
    private final byte[] log;

    /** One page of a group; the label says the same as text. */
    record Place(String group, long page) {

        static Place of(String label) {
            int colon = label.lastIndexOf(':');
            return new Place(label.substring(0, colon), Long.parseLong(label.substring(colon + 1)));
        }

        String label() {
            return group + ':' + page;
        }
    }

    /** Who changes something and why, as it is written down. */
    record Note(String subject, String by, String why, int kept) {}

    FlagKeys(String name) {
        this.stem = new Stem("flag", "flags", name);
        this.flags = stem.key("");
        this.pages = stem.key(":pages");
        this.log = new Stem("flag:log", "flags", name).key("");
    }

    /** The overrides of a flag are kept as groups; their names cannot be those of others. */
    static String on(String flag) {
        return "on/" + flag;
    }

    static String off(String flag) {
        return "off/" + flag;
    }

    /** What all keys begin with of whose changes a process is told, and no others do. */
    String prefix() {
        return stem.text();
    }

    boolean isFlags(String key) {
        return key.equals(stem.text());
    }

    /** The page whose key it is. */
    Optional<Place> place(String key) {
        String before = stem.text() + PAGE;
        return key.startsWith(before) ? Optional.of(Place.of(key.substring(before.length()))) : Optional.empty();
    }

    String key(Place place) {
        return stem.text() + PAGE + place.label();
    }

    private byte[] bytes(Place place) {
        return stem.key(PAGE + place.label());
    }

    // --- reading, always from the master: a replica may not know yet what was told

    Command readFlags() {
        return Command.named("HGETALL").key(flags).buildRepeatable();
    }

    Command readFlag(String id) {
        return Command.named("HGET").key(flags).argument(id).buildRepeatable();
    }

    Command readLabels() {
        return Command.named("SMEMBERS").key(pages).buildRepeatable();
    }

    Script.Invocation readPages(List<Place> places) {
        return PAGES.with(places.stream().map(this::bytes).toArray(byte[][]::new), number(STEP))
                .repeatable();
    }

    /** @param before an entry's id, or + for the newest */
    Command readLog(String before, int most) {
        return Command.named("XREVRANGE")
                .key(log)
                .argument(before)
                .argument("-")
                .argument("COUNT")
                .argument(most)
                .buildReadOnly();
    }

    // --- writing

    Script.Invocation change(String id, long expected, String call, String after, Note note) {
        return CHANGE.with(
                        new byte[][] {flags, log},
                        text(id),
                        number(expected),
                        text(call),
                        text(after),
                        text(note.by()),
                        text(note.why()),
                        number(note.kept()),
                        number(MOST_FLAGS))
                .repeatable();
    }

    Script.Invocation members(boolean add, Place place, List<String> users, Note note) {
        boolean numbers = place.page() >= 0;
        byte[][] arguments = new byte[8 + users.size() * (numbers ? 2 : 1)][];
        int at = 0;
        for (String word :
                List.of(add ? "+" : "-", place.label(), numbers ? "n" : "t", note.subject(), note.by(), note.why())) {
            arguments[at++] = text(word);
        }
        arguments[at++] = number(note.kept());
        arguments[at++] = number(MOST_PAGES);
        for (String user : users) {
            if (numbers) {
                arguments[at++] = number(Users.placeOf(Users.number(user)));
            }
            arguments[at++] = text(user);
        }
        return MEMBERS.with(new byte[][] {bytes(place), pages, log}, arguments).repeatable();
    }

    private static byte[] text(String text) {
        return text.getBytes(UTF_8);
    }

    private static byte[] number(long number) {
        return Long.toString(number).getBytes(US_ASCII);
    }

    @Override
    public String toString() {
        return stem.toString();
    }
}
