package dev.keywright.cache.annotation;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The methods of its own that a class calls, as the constants of its class file say; such calls do not pass a proxy. Inner classes are not
 * looked into, nor methods that override generic ones, whose bridges look the same.
 */
final class SelfInvocations {

    private static final int UTF8 = 1;
    private static final int CLASS = 7;
    private static final int METHOD = 10;
    private static final int NAME_AND_TYPE = 12;

    private final Class<?> target;
    private final Set<String> called = new HashSet<>();

    SelfInvocations(Class<?> target) {
        this.target = target;
        for (Class<?> each = target; each != null && each != Object.class; each = each.getSuperclass()) {
            read(each);
        }
    }

    /** Whether the method is called from within, as far as can be seen. */
    boolean has(Method method) {
        boolean bridged = false;
        for (Class<?> each = target; each != null && each != Object.class; each = each.getSuperclass()) {
            bridged |= Arrays.stream(each.getDeclaredMethods())
                    .anyMatch(other -> other.isBridge()
                            && other.getName().equals(method.getName())
                            && other.getParameterCount() == method.getParameterCount());
        }
        String type = MethodType.methodType(method.getReturnType(), method.getParameterTypes())
                .toMethodDescriptorString();
        return !bridged && called.contains(method.getName() + type);
    }

    private void read(Class<?> type) {
        String file = type.getName().substring(type.getName().lastIndexOf('.') + 1) + ".class";
        try (InputStream stream = type.getResourceAsStream(file)) {
            if (stream != null) {
                read(new DataInputStream(stream), type.getName().replace('.', '/'));
            }
        } catch (IOException | RuntimeException e) {
            called.clear(); // what cannot be read is not warned about
        }
    }

    /** JVM specification, 4.4. */
    private void read(DataInputStream file, String self) throws IOException {
        file.skipNBytes(8);
        int count = file.readUnsignedShort();
        Map<Integer, String> texts = new HashMap<>();
        Map<Integer, int[]> pairs = new HashMap<>();
        Set<Integer> methods = new HashSet<>();
        for (int place = 1; place < count; place++) {
            int tag = file.readUnsignedByte();
            switch (tag) {
                case UTF8 -> texts.put(place, file.readUTF());
                case CLASS, 8, 16, 19, 20 -> pairs.put(place, new int[] {file.readUnsignedShort(), 0});
                case 9, METHOD, 11, NAME_AND_TYPE, 17, 18 -> {
                    pairs.put(place, new int[] {file.readUnsignedShort(), file.readUnsignedShort()});
                    if (tag == METHOD) {
                        methods.add(place);
                    }
                }
                case 3, 4 -> file.skipNBytes(4);
                case 15 -> file.skipNBytes(3);
                case 5, 6 -> {
                    file.skipNBytes(8);
                    place++;
                }
                default -> throw new IOException("constant " + tag);
            }
        }
        for (int method : methods) {
            int[] reference = pair(pairs, method);
            int[] nameAndType = pair(pairs, reference[1]);
            if (self.equals(texts.get(pair(pairs, reference[0])[0]))) {
                called.add(texts.get(nameAndType[0]) + texts.get(nameAndType[1]));
            }
        }
    }

    private static int[] pair(Map<Integer, int[]> pairs, int place) throws IOException {
        int @Nullable [] pair = pairs.get(place);
        if (pair == null) {
            throw new IOException("no constant " + place);
        }
        return pair;
    }
}
