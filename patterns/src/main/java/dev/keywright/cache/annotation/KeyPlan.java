package dev.keywright.cache.annotation;

import dev.keywright.KeywrightException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How the key of a call is made of its arguments, and of what the method brought. */
final class KeyPlan {

    private static final int RESULT = -1;

    /** An argument, or the result, and the way to what is selected of it. */
    private record Part(int place, List<Method> path, Class<?> type) {

        @Nullable
        Object select(Invocation invocation, @Nullable Object result) {
            Object value = place == RESULT ? result : invocation.argument(place);
            for (Method step : path) {
                value = value == null ? null : KeyText.call(step, value);
            }
            return value;
        }
    }

    private final String before;
    private final List<Part> parts;

    private KeyPlan(String before, List<Part> parts) {
        this.before = before;
        this.parts = parts;
    }

    /** Made of the method and all its arguments; nothing else has such keys. */
    static KeyPlan ofMethod(Class<?> owner, Method method, Bindings bindings, String where) {
        String types = Stream.of(method.getParameterTypes()).map(Class::getName).collect(Collectors.joining(","));
        List<Part> parts = new ArrayList<>();
        for (int place = 0; place < method.getParameterCount(); place++) {
            parts.add(part(place, "", bindings.resolve(method.getGenericParameterTypes()[place]), bindings, where));
        }
        return new KeyPlan("#" + owner.getName() + "." + method.getName() + "(" + types + ")", parts);
    }

    /** @param named the method whose parameters have the names; {@code method} has the types */
    static KeyPlan ofSelection(
            String[] selectors, Method method, Method named, @Nullable Type result, Bindings bindings, String where) {
        List<Part> parts = new ArrayList<>();
        for (String selector : selectors) {
            int dot = selector.indexOf('.');
            String head = dot < 0 ? selector : selector.substring(0, dot);
            int place = place(head, named, result != null, where);
            Type type = place == RESULT && result != null
                    ? result
                    : bindings.resolve(method.getGenericParameterTypes()[place]);
            parts.add(part(place, dot < 0 ? "" : selector.substring(dot + 1), type, bindings, where));
        }
        return new KeyPlan("", parts);
    }

    private static int place(String head, Method named, boolean hasResult, String where) {
        Parameter[] parameters = named.getParameters();
        for (int i = 0; i < parameters.length; i++) {
            if (head.equals(Integer.toString(i))
                    || parameters[i].isNamePresent() && parameters[i].getName().equals(head)) {
                return i;
            }
        }
        if (hasResult && head.equals("result")) {
            return RESULT;
        }
        boolean nameless = parameters.length > 0 && !parameters[0].isNamePresent();
        throw new KeywrightException.Misused(where + " has no parameter '" + head + "'. "
                + (nameless
                        ? "Its class was compiled without names; give the place, 0 for the first, or compile with"
                                + " -parameters."
                        : "Its parameters are "
                                + Stream.of(parameters).map(Parameter::getName).toList() + "."));
    }

    private static Part part(int place, String path, Type type, Bindings bindings, String where) {
        List<Method> steps = new ArrayList<>();
        Class<?> at = Bindings.raw(type);
        for (String name : path.isEmpty() ? new String[0] : path.split("\\.", -1)) {
            Method step = accessor(at, name, where);
            steps.add(step);
            at = Bindings.raw(bindings.resolve(step.getGenericReturnType()));
        }
        if (!KeyText.mayWrite(at)) {
            throw new KeywrightException.Misused("No key can be made of a " + at.getName() + " (" + where
                    + "). Select what it is known by, as in key = \"user.id\", or make it a record.");
        }
        return new Part(place, steps, at);
    }

    private static Method accessor(Class<?> type, String name, String where) {
        String tail = name.isEmpty() ? "" : name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
        List<String> names = List.of(name, "get" + tail, "is" + tail);
        return Arrays.stream(type.getMethods())
                .filter(each -> each.getParameterCount() == 0 && names.contains(each.getName()))
                .findFirst()
                .orElseThrow(() -> new KeywrightException.Misused(where + " selects '" + name + "' of a "
                        + type.getName() + ", which has no public method of that name, and no getter."));
    }

    /** Methods of one name share entries only if these are the same. */
    List<Class<?>> types() {
        return parts.stream().<Class<?>>map(Part::type).toList();
    }

    boolean isOfMethod() {
        return !before.isEmpty();
    }

    boolean needsResult() {
        return parts.stream().anyMatch(part -> part.place == RESULT);
    }

    /** @throws IllegalArgumentException when one of the values cannot be written */
    String text(Invocation invocation, @Nullable Object result) {
        List<@Nullable Object> values = new ArrayList<>(parts.size());
        for (Part part : parts) {
            values.add(part.select(invocation, result));
        }
        return before + KeyText.of(values);
    }
}
