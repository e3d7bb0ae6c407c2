package dev.keywright.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was changed in a session and is to be saved.
 *
 * @param attributes by name; without a value they are removed
 * @param indexes by name, likewise
 * @param idle milliseconds; 0 when it stays
 */
record Change<V>(Map<String, Setting<V>> attributes, Map<String, Optional<String>> indexes, long idle) {

    /**
     * A value or none.
     *
     * @param number which of all that were set in the session it is
     */
    record Setting<V>(Optional<V> value, long number) {}

    static <V> Change<V> none() {
        return new Change<>(Map.of(), Map.of(), 0);
    }

    boolean isEmpty() {
        return attributes.isEmpty() && indexes.isEmpty() && idle == 0;
    }

    /** The arguments of create.lua. */
    byte[][] creation(SessionHandle handle, byte[] proof, long idleNow, SessionOptions options, Attributes<V> codec) {
        List<byte[]> arguments = new ArrayList<>();
        arguments.add(handle.bytes());
        arguments.add(proof);
        arguments.add(Text.number(idleNow));
        arguments.add(Text.number(options.lifetime().toMillis()));
        arguments.add(Text.number(options.keep().toMillis()));
        addFields(arguments, codec);
        return arguments.toArray(byte[][]::new);
    }

    /** The arguments of save.lua after the handle and the proof. */
    byte[][] saving(Attributes<V> codec) {
        List<byte[]> arguments = new ArrayList<>();
        arguments.add(Text.number(idle));
        addFields(arguments, codec);
        return arguments.toArray(byte[][]::new);
    }

    /** How many are written, those, and those that are removed. */
    private void addFields(List<byte[]> arguments, Attributes<V> codec) {
        List<byte[]> written = written(codec);
        arguments.add(Text.number(written.size() / 2));
        arguments.addAll(written);
        attributes.forEach((name, setting) -> {
            if (setting.value.isEmpty()) {
                arguments.add(Attributes.field(name));
            }
        });
        indexes.forEach((name, value) -> {
            if (value.isEmpty()) {
                arguments.add(Attributes.index(name));
            }
        });
    }

    /** Field, value of each that has one. */
    private List<byte[]> written(Attributes<V> codec) {
        List<byte[]> fields = new ArrayList<>();
        attributes.forEach((name, setting) -> setting.value.ifPresent(value -> {
            fields.add(Attributes.field(name));
            fields.add(codec.written(value));
        }));
        indexes.forEach((name, value) -> value.ifPresent(present -> {
            fields.add(Attributes.index(name));
            fields.add(Text.bytes("value of the index", present));
        }));
        return fields;
    }
}
