package dev.keywright.cache.annotation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Currency;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes arguments so that two texts are the same only if the arguments are equal. Each value begins with a mark of its type; strings carry
 * their length, so that no content looks like a border. Lists, sets and maps are written as what they are, whatever their class.
 */
final class KeyText {

    private static final Map<Class<?>, Character> NUMBERS = Map.of(
            Byte.class, 'y',
            Short.class, 'h',
            Integer.class, 'i',
            Long.class, 'l',
            Float.class, 'f',
            Double.class, 'd',
            BigInteger.class, 'n',
            BigDecimal.class, 'm');

    /** Their text tells all of them apart. */
    private static final Set<Class<?>> TOLD_BY_TEXT =
            Set.of(UUID.class, URI.class, Currency.class, Character.class, Boolean.class);

    /** So does that of all classes here; elsewhere in java.time, as that of a formatter, it leaves things out. */
    private static final Set<String> PACKAGES_TOLD_BY_TEXT = Set.of("java.time", "java.time.chrono");

    private final StringBuilder text = new StringBuilder();

    private KeyText() {}

    static String of(List<? extends @Nullable Object> values) {
        KeyText key = new KeyText();
        key.all(values);
        return key.text.toString();
    }

    /** Whether a value of that declared type may turn out to be one that can be written. */
    static boolean mayWrite(Class<?> type) {
        Class<?> part = type.isArray() ? type.getComponentType() : type;
        return type.isArray()
                ? mayWrite(part)
                : type.isPrimitive()
                        || type.isInterface()
                        || type.isEnum()
                        || type.isRecord()
                        || isKnown(type)
                        || java.lang.reflect.Modifier.isAbstract(type.getModifiers())
                        || type == Object.class
                        || java.util.Collection.class.isAssignableFrom(type)
                        || Map.class.isAssignableFrom(type);
    }

    private static boolean isKnown(Class<?> type) {
        return type == String.class
                || type == Optional.class
                || type == Locale.class
                || NUMBERS.containsKey(type)
                || isToldByText(type);
    }

    private static boolean isToldByText(Class<?> type) {
        return TOLD_BY_TEXT.contains(type) || PACKAGES_TOLD_BY_TEXT.contains(type.getPackageName());
    }

    private void all(Iterable<? extends @Nullable Object> values) {
        String border = "";
        for (Object value : values) {
            text.append(border);
            one(value);
            border = ",";
        }
    }

    private void one(@Nullable Object value) {
        if (value == null) {
            text.append('~');
        } else if (value instanceof String string) {
            string(string);
        } else if (NUMBERS.containsKey(value.getClass())) {
            text.append(NUMBERS.get(value.getClass())).append(value);
        } else if (value instanceof Enum<?> constant) {
            named('e', constant.getDeclaringClass(), constant.name());
        } else if (value instanceof byte[] bytes) {
            text.append('x').append(HexFormat.of().formatHex(bytes));
        } else if (value.getClass().isArray()) {
            array(value);
        } else if (value instanceof List<?> list) {
            within('[', list);
        } else if (value instanceof Set<?> set) {
            within('(', texts(set));
        } else if (value instanceof Map<?, ?> map) {
            entries(map);
        } else if (value instanceof Optional<?> optional) {
            within('?', optional.stream().toList());
        } else if (value instanceof Record record) {
            record(record);
        } else if (value instanceof Class<?> type) {
            named('c', type, "");
        } else if (value instanceof Locale locale) {
            locale(locale);
        } else if (isToldByText(value.getClass())) {
            named('o', value.getClass(), value.toString());
        } else {
            throw new IllegalArgumentException(
                    "No key can be made of an argument of " + value.getClass().getName()
                            + "; select what it is known by, as in key = \"user.id\", or make it a record");
        }
    }

    /** Half a surrogate has no bytes in UTF-8, and would become the same as any other half. */
    private void string(String string) {
        if (UTF_8.newEncoder().canEncode(string)) {
            text.append('s').append(string.length()).append(':').append(string);
        } else {
            text.append('u').append(string.length());
            string.chars().forEach(unit -> text.append(':').append(Integer.toHexString(unit)));
        }
    }

    private void named(char mark, Class<?> type, String name) {
        text.append(mark).append(type.getName()).append('=');
        string(name);
    }

    /** Its text says nothing of a script without a language. */
    private void locale(Locale locale) {
        List<String> extensions = locale.getExtensionKeys().stream()
                .sorted()
                .map(key -> key + locale.getExtension(key))
                .toList();
        text.append('o').append(Locale.class.getName());
        within(
                '[',
                List.of(
                        locale.getLanguage(),
                        locale.getScript(),
                        locale.getCountry(),
                        locale.getVariant(),
                        extensions));
    }

    private void array(Object array) {
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = 0; i < Array.getLength(array); i++) {
            values.add(Array.get(array, i));
        }
        text.append('a').append(array.getClass().getComponentType().getName());
        within('[', values);
    }

    private void within(char open, List<? extends @Nullable Object> values) {
        text.append(open).append(values.size()).append(':');
        all(values);
        text.append(';');
    }

    /** In an order of their own, since sets and maps have none. */
    private static List<String> texts(Set<?> values) {
        List<String> texts = new ArrayList<>();
        for (Object value : values) {
            texts.add(of(Collections.singletonList(value)));
        }
        Collections.sort(texts);
        return texts;
    }

    private void entries(Map<?, ?> map) {
        List<String> texts = new ArrayList<>();
        map.forEach((key, value) -> {
            KeyText entry = new KeyText();
            entry.one(key);
            entry.text.append('=');
            entry.one(value);
            texts.add(entry.text.toString());
        });
        Collections.sort(texts);
        within('{', texts);
    }

    private void record(Record record) {
        List<@Nullable Object> values = new ArrayList<>();
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            values.add(call(component.getAccessor(), record));
        }
        text.append('r').append(record.getClass().getName());
        within('[', values);
    }

    /** What an accessor gives. */
    static @Nullable Object call(Method accessor, Object owner) {
        try {
            return accessor.canAccess(owner) || accessor.trySetAccessible()
                    ? accessor.invoke(owner)
                    : refused(accessor);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(accessor + " failed, so there is no key", e.getTargetException());
        } catch (IllegalAccessException e) {
            return refused(accessor);
        }
    }

    private static @Nullable Object refused(Method accessor) {
        throw new IllegalArgumentException(accessor + " cannot be called; make it and its class public");
    }
}
