package dev.keywright.session;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.connection.Command;
import dev.keywright.key.KeySpace;
import dev.keywright.script.HashSlot;
import dev.keywright.script.Script;
import java.util.List;

/**
 * The keys of the sessions of one name. A session lies in one of 64 parts, with the time at which it is due; its handle says which. The
 * parts lie in hash slots at equal distances, so that each master of a Cluster gets its share. An index lies apart, by its value.
 */
final class SessionKeys {

    static final int PARTS = 64;

    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static final String[] TAGS = tags();

    private static final Script CREATE = Script.beside(SessionStore.class, "create.lua");
    private static final Script SAVE = Script.beside(SessionStore.class, "save.lua");
    private static final Script TOUCH = Script.beside(SessionStore.class, "touch.lua");
    private static final Script CHANGE_ID = Script.beside(SessionStore.class, "change-id.lua");
    private static final Script DELETE = Script.beside(SessionStore.class, "delete.lua");
    private static final Script CLAIM = Script.beside(SessionStore.class, "claim.lua");
    private static final Script DUE = Script.beside(SessionStore.class, "due.lua");
    private static final Script TAKE = Script.beside(SessionStore.class, "take.lua");

    private final KeySpace space;
    private final byte[][] parts = new byte[PARTS][];
    private final byte[][] due = new byte[PARTS][];
    private final byte[] turn;

    SessionKeys(String name) {
        byte[] unused = Text.bytes("name of the sessions", name);
        this.space = KeySpace.of("session", name);
        for (int part = 0; part < PARTS; part++) {
            parts[part] = key(TAGS[part], "");
            due[part] = key(TAGS[part], "due");
        }
        this.turn = key("turn", "turn");
    }

    /** For each part the smallest number whose slot is in its share of all slots. */
    private static String[] tags() {
        String[] tags = new String[PARTS];
        int missing = PARTS;
        for (int number = 0; missing > 0; number++) {
            String tag = Integer.toString(number);
            int part = HashSlot.of(tag) * PARTS / 16_384;
            if (tags[part] == null) {
                tags[part] = tag;
                missing--;
            }
        }
        return tags;
    }

    private byte[] key(String tag, String part) {
        return space.key(tag, part).getBytes(UTF_8);
    }

    static int part(SessionHandle handle) {
        return LETTERS.indexOf(handle.text().charAt(0));
    }

    byte[] session(SessionHandle handle) {
        return Text.joined(parts[part(handle)], handle.bytes());
    }

    private byte[][] both(SessionHandle handle) {
        return new byte[][] {session(handle), due[part(handle)]};
    }

    byte[] index(String index, String value) {
        return key(index + "=" + value, "index");
    }

    private byte[] displaced(String index, String value) {
        return key(index + "=" + value, "displaced");
    }

    Command read(SessionHandle handle) {
        return Command.named("HGETALL").key(session(handle)).buildRepeatable();
    }

    Command left(SessionHandle handle) {
        return Command.named("PTTL").key(session(handle)).buildRepeatable();
    }

    Command kept(SessionHandle handle) {
        return Command.named("HGET").key(session(handle)).argument("k").buildRepeatable();
    }

    Script.Invocation create(SessionHandle handle, byte[]... arguments) {
        return CREATE.with(both(handle), arguments);
    }

    Script.Invocation save(SessionHandle handle, byte[] proof, byte[][] fields) {
        byte[][] arguments = new byte[2 + fields.length][];
        arguments[0] = handle.bytes();
        arguments[1] = proof;
        System.arraycopy(fields, 0, arguments, 2, fields.length);
        return SAVE.with(both(handle), arguments);
    }

    Script.Invocation touch(SessionHandle handle, byte[] proof) {
        return TOUCH.with(session(handle), proof).repeatable();
    }

    Script.Invocation changeId(SessionHandle handle, byte[] before, byte[] after) {
        return CHANGE_ID.with(session(handle), before, after).repeatable();
    }

    /** @param why deleted or displaced */
    Script.Invocation delete(SessionHandle handle, String why, List<String> indexes) {
        byte[][] arguments = new byte[2 + indexes.size()][];
        arguments[0] = handle.bytes();
        arguments[1] = why.getBytes(US_ASCII);
        for (int i = 0; i < indexes.size(); i++) {
            arguments[2 + i] = ("i:" + indexes.get(i)).getBytes(UTF_8);
        }
        return DELETE.with(both(handle), arguments).repeatable();
    }

    /**
     * @param most 0 for no limit
     * @param whenFull ask, end or refuse
     */
    Script.Invocation claim(
            String index, String value, SessionHandle handle, long ends, int most, String whenFull, List<String> dead) {
        byte[][] arguments = new byte[4 + dead.size()][];
        arguments[0] = handle.bytes();
        arguments[1] = Text.number(ends);
        arguments[2] = Text.number(most);
        arguments[3] = whenFull.getBytes(US_ASCII);
        for (int i = 0; i < dead.size(); i++) {
            arguments[4 + i] = dead.get(i).getBytes(US_ASCII);
        }
        return CLAIM.with(new byte[][] {index(index, value), displaced(index, value)}, arguments)
                .repeatable();
    }

    Command scan(String index, String value, String cursor, int count) {
        return Command.named("ZSCAN")
                .key(index(index, value))
                .argument(cursor)
                .argument("COUNT")
                .argument(count)
                .buildRepeatable();
    }

    Command displaced(String index, String value, int most) {
        return Command.named("ZRANGE")
                .key(displaced(index, value))
                .argument(0)
                .argument(most - 1)
                .buildRepeatable();
    }

    Command forget(String index, String value, List<String> handles) {
        return remove(index(index, value), handles);
    }

    Command forgetDisplaced(String index, String value, List<String> handles) {
        return remove(displaced(index, value), handles);
    }

    private static Command remove(byte[] key, List<String> members) {
        Command.Builder command = Command.named("ZREM").key(key);
        members.forEach(command::argument);
        return command.buildRepeatable();
    }

    /** True for one process in so much time. */
    Command turn(long millis) {
        return Command.named("SET")
                .key(turn)
                .argument("1")
                .argument("NX")
                .argument("PX")
                .argument(millis)
                .build();
    }

    Script.Invocation due(int part, int most) {
        return DUE.with(due[part], Text.number(most)).repeatable();
    }

    Script.Invocation take(int part, long lease, List<SessionHandle> handles) {
        byte[][] keys = new byte[1 + handles.size()][];
        byte[][] arguments = new byte[1 + handles.size()][];
        keys[0] = due[part];
        arguments[0] = Text.number(lease);
        for (int i = 0; i < handles.size(); i++) {
            keys[1 + i] = session(handles.get(i));
            arguments[1 + i] = handles.get(i).bytes();
        }
        return TAKE.with(keys, arguments).repeatable();
    }

    Command drop(SessionHandle handle) {
        return Command.named("UNLINK").key(session(handle)).buildRepeatable();
    }

    Command forgetDue(SessionHandle handle) {
        return remove(due[part(handle)], List.of(handle.text()));
    }
}
