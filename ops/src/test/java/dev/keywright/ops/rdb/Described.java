package dev.keywright.ops.rdb;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import com.moilioncircle.redis.replicator.Configuration;
import com.moilioncircle.redis.replicator.FileType;
import com.moilioncircle.redis.replicator.RedisReplicator;
import com.moilioncircle.redis.replicator.Replicator;
import com.moilioncircle.redis.replicator.rdb.datatype.ExpiredType;
import com.moilioncircle.redis.replicator.rdb.datatype.KeyValuePair;
import com.moilioncircle.redis.replicator.rdb.datatype.Module;
import com.moilioncircle.redis.replicator.rdb.datatype.Stream;
import com.moilioncircle.redis.replicator.rdb.datatype.TTLValue;
import com.moilioncircle.redis.replicator.rdb.datatype.ZSetEntry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Every key of a file in lines of text: as the reader tells of it, and as another program reads it. */
final class Described {

    private final List<String> lines = new ArrayList<>();
    private String head = "";
    private boolean headless = true;

    private Described() {}

    // --- by the reader

    static Map<String, List<String>> byReader(byte[] file) throws IOException {
        Map<String, List<String>> keys = new TreeMap<>();
        RdbReader.read(new ByteArrayInputStream(file), new Visitor(keys));
        return keys;
    }

    private static final class Visitor implements RdbVisitor, ElementSink {

        private final Map<String, List<String>> keys;
        private Described about = new Described();
        private boolean stream;

        Visitor(Map<String, List<String>> keys) {
            this.keys = keys;
        }

        @Override
        public ElementSink elements(RdbKey key) {
            about = new Described();
            stream = key.kind().type() == RdbKind.Type.STREAM;
            return this;
        }

        @Override
        public void text(Role role, long lengthBytes) {
            element(role, lengthBytes, false, 0);
        }

        @Override
        public void integer(Role role, int lengthBytes, long number) {
            element(role, lengthBytes, true, number);
        }

        /** The other program repeats the names that a node of a stream has once. */
        private void element(Role role, long bytes, boolean integer, long number) {
            if (!stream || role != Role.NAME) {
                about.element(role, bytes, integer, number);
            }
        }

        @Override
        public void score(double score) {
            about.lines.add("SCORE");
        }

        @Override
        public void expiry(long atMillis) {
            about.lines.add("EXPIRY " + atMillis);
        }

        @Override
        public void group(long nameBytes, long pending) {
            about.lines.add("GROUP " + nameBytes + " " + pending);
        }

        @Override
        public void consumer(long nameBytes, long pending) {
            about.lines.add("CONSUMER " + nameBytes + " " + pending);
        }

        @Override
        public void key(RdbKey key, RdbValue value) {
            if (key.kind().type() == RdbKind.Type.STRING) {
                about.element(Role.VALUE, value.lengthBytes(), value.isInteger(), value.number());
            }
            about.head = new String(value.head(), ISO_8859_1);
            about.lines.add("kind " + key.kind().number() + ", elements " + value.elements());
            about.lines.add("score " + value.firstScore());
            about.common(key.expiresAtMillis(), Math.max(key.idleSeconds(), key.frequency()));
            keys.put(name(key.database(), key.name(), key.nameBytes()), about.lines);
        }
    }

    // --- by redis-replicator

    static Map<String, List<String>> byReplicator(byte[] file) throws IOException {
        Map<String, List<String>> keys = new TreeMap<>();
        try (Replicator replicator =
                new RedisReplicator(new ByteArrayInputStream(file), FileType.RDB, Configuration.defaultSetting())) {
            replicator.addEventListener((from, event) -> {
                if (event instanceof KeyValuePair<?, ?> pair) {
                    Described about = new Described();
                    about.pair(pair);
                    byte[] key = (byte[]) pair.getKey();
                    byte[] part = Arrays.copyOf(key, Math.min(key.length, RdbKey.NAME_LIMIT));
                    keys.put(name(pair.getDb().getDbNumber(), part, key.length), about.lines);
                }
            });
            replicator.open();
        }
        return keys;
    }

    private void pair(KeyValuePair<?, ?> pair) {
        Object value = pair.getValue();
        double score = Double.NaN;
        long elements;
        if (value instanceof byte[] text) {
            element(ElementSink.Role.VALUE, text);
            elements = 1;
        } else if (value instanceof Map<?, ?> map) {
            map.forEach(this::field);
            elements = map.size();
        } else if (value instanceof Stream stream) {
            stream(stream);
            elements = stream.getLength();
        } else if (value instanceof Module) {
            elements = RdbValue.UNKNOWN;
        } else {
            Collection<?> all = (Collection<?>) value;
            all.forEach(each -> member(each, value instanceof List));
            elements = all.size();
            score = all.iterator().next() instanceof ZSetEntry first ? first.getScore() : Double.NaN;
        }
        lines.add("kind " + pair.getValueRdbType() + ", elements " + elements);
        lines.add("score " + score);
        Long at = pair.getExpiredValue();
        long millis = at == null ? RdbKey.NEVER : pair.getExpiredType() == ExpiredType.SECOND ? at * 1_000 : at;
        common(millis, pair.getEvictValue() == null ? RdbKey.UNKNOWN : pair.getEvictValue());
    }

    private void field(Object name, Object value) {
        element(ElementSink.Role.NAME, (byte[]) name);
        if (value instanceof TTLValue timed) {
            element(ElementSink.Role.VALUE, timed.getValue());
            if (timed.getExpires() != null && timed.getExpires() > 0) {
                lines.add("EXPIRY " + timed.getExpires());
            }
        } else {
            element(ElementSink.Role.VALUE, (byte[]) value);
        }
    }

    private void member(Object member, boolean list) {
        if (member instanceof ZSetEntry scored) {
            element(ElementSink.Role.MEMBER, scored.getElement());
            lines.add("SCORE");
        } else {
            element(list ? ElementSink.Role.ITEM : ElementSink.Role.MEMBER, (byte[]) member);
        }
    }

    private void stream(Stream stream) {
        stream.getEntries().values().stream()
                .filter(entry -> !entry.isDeleted())
                .forEach(entry -> entry.getFields().values().forEach(each -> element(ElementSink.Role.VALUE, each)));
        stream.getGroups().forEach(group -> {
            lines.add("GROUP " + group.getName().length + " "
                    + group.getPendingEntries().size());
            group.getConsumers()
                    .forEach(consumer -> lines.add("CONSUMER " + consumer.getName().length + " "
                            + consumer.getPendingEntries().size()));
        });
    }

    // --- both

    private static String name(long database, byte[] key, long bytes) {
        return database + ":" + new String(key, ISO_8859_1) + (key.length == bytes ? "" : "... of " + bytes);
    }

    private void element(ElementSink.Role role, byte[] text) {
        if (headless && role != ElementSink.Role.NAME) {
            head = new String(text, 0, Math.min(text.length, RdbValue.HEAD_LIMIT), ISO_8859_1);
            headless = false;
        }
        boolean integer = isInteger(new String(text, ISO_8859_1));
        element(role, text.length, integer, integer ? Long.parseLong(new String(text, US_ASCII)) : 0);
    }

    private static boolean isInteger(String text) {
        try {
            return Long.toString(Long.parseLong(text)).equals(text);
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private void element(ElementSink.Role role, long bytes, boolean integer, long number) {
        lines.add(role == ElementSink.Role.SCORE ? "SCORE" : role + " " + bytes + (integer ? " = " + number : ""));
    }

    private void common(long expiresAt, long used) {
        lines.add("expires " + expiresAt + ", used " + used + ", head " + head);
    }
}
