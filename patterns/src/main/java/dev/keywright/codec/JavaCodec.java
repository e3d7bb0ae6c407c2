package dev.keywright.codec;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InvalidObjectException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Java serialization, of classes on a list and of no others: bytes that name another one are refused before it is created. */
final class JavaCodec<V> implements Codec<V> {

    private static final int MAX_DEPTH = 1_000;

    private final Class<V> type;
    private final ObjectInputFilter filter;

    JavaCodec(Class<V> type, ObjectInputFilter filter) {
        this.type = type;
        this.filter = filter;
    }

    /** Allows the classes, what they extend, the boxes of primitives, and arrays of all these. */
    static ObjectInputFilter allowing(Class<?> type, Class<?>... more) {
        Set<Class<?>> allowed = new HashSet<>();
        allowWithSuperclasses(type, allowed);
        List.of(more).forEach(each -> allowWithSuperclasses(each, allowed));
        List.of(
                        Integer.class,
                        Long.class,
                        Short.class,
                        Byte.class,
                        Double.class,
                        Float.class,
                        Boolean.class,
                        Character.class)
                .forEach(each -> allowWithSuperclasses(each, allowed));
        allowed.add(String.class);
        allowed.add(Map.Entry.class); // maps announce how many of them they will make room for
        return info -> verdict(info, allowed);
    }

    private static void allowWithSuperclasses(Class<?> type, Set<Class<?>> allowed) {
        Class<?> each = type.isArray() ? component(type) : type;
        while (each != null) {
            allowed.add(each);
            each = each.getSuperclass();
        }
    }

    private static ObjectInputFilter.Status verdict(ObjectInputFilter.FilterInfo info, Set<Class<?>> allowed) {
        Class<?> type = info.serialClass();
        if (type == null) { // asked about numbers alone
            return ObjectInputFilter.Status.UNDECIDED;
        }
        Class<?> component = component(type);
        return component.isPrimitive() || allowed.contains(component)
                ? ObjectInputFilter.Status.ALLOWED
                : ObjectInputFilter.Status.REJECTED;
    }

    private static Class<?> component(Class<?> type) {
        Class<?> component = type;
        while (component.isArray()) {
            component = component.getComponentType();
        }
        return component;
    }

    @Override
    public byte format() {
        return Formats.JAVA;
    }

    @Override
    public byte[] encode(V value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(value);
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException("A value of " + type.getName() + " cannot be serialized: "
                    + e.getClass().getSimpleName());
        }
        return bytes.toByteArray();
    }

    @Override
    public V decode(byte format, byte[] bytes, int offset, int length) {
        Formats.expect(Formats.JAVA, format, type.getName());
        try (Input in = new Input(new ByteArrayInputStream(bytes, offset, length))) {
            in.setObjectInputFilter(new Bounded(filter, length));
            V value = type.cast(in.readObject());
            if (value != null) {
                return value;
            }
            throw new InvalidObjectException("null");
        } catch (IOException | ClassNotFoundException | RuntimeException e) {
            throw new IllegalArgumentException("A stored value cannot be read as " + type.getName() + ": "
                    + e.getClass().getSimpleName() + "; it is damaged, or of a class that is not allowed");
        }
    }

    @Override
    public String toString() {
        return "Java serialization of " + type.getName();
    }

    /** Looks for classes where the type comes from. */
    private final class Input extends ObjectInputStream {

        Input(InputStream bytes) throws IOException {
            super(bytes);
        }

        @Override
        protected Class<?> resolveClass(ObjectStreamClass description) throws IOException, ClassNotFoundException {
            try {
                return Class.forName(description.getName(), false, type.getClassLoader());
            } catch (ClassNotFoundException e) {
                return super.resolveClass(description);
            }
        }
    }

    /** Refuses a class that nobody spoke for, and arrays that all together hold more than the bytes they are read from can say. */
    private static final class Bounded implements ObjectInputFilter {

        private final ObjectInputFilter filter;
        private long room;

        Bounded(ObjectInputFilter filter, int length) {
            this.filter = filter;
            this.room = 4L * length + 64; // a hash table is announced with up to 2.7 places per entry, and at least 16
        }

        @Override
        public Status checkInput(FilterInfo info) {
            room -= Math.max(0, info.arrayLength());
            if (room < 0 || info.depth() > MAX_DEPTH) {
                return Status.REJECTED;
            }
            Status status = filter.checkInput(info);
            boolean harmless =
                    info.serialClass() == null || component(info.serialClass()).isPrimitive();
            return status == Status.UNDECIDED && !harmless ? Status.REJECTED : status;
        }
    }
}
