package dev.keywright.cache.annotation;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the type variables of an interface and its parents stand for, as far as the interface and the class that implements it say. */
final class Bindings {

    private final Map<TypeVariable<?>, Type> bound = new HashMap<>();

    Bindings(Class<?> face, Class<?> target) {
        walk(target);
        walk(face);
    }

    private void walk(@Nullable Type type) {
        if (type instanceof ParameterizedType parameterized) {
            TypeVariable<?>[] variables = ((Class<?>) parameterized.getRawType()).getTypeParameters();
            for (int i = 0; i < variables.length; i++) {
                bound.put(variables[i], parameterized.getActualTypeArguments()[i]);
            }
            walk(parameterized.getRawType());
        } else if (type instanceof Class<?> raw) {
            walk(raw.getGenericSuperclass());
            List.of(raw.getGenericInterfaces()).forEach(this::walk);
        }
    }

    /** The type with its variables replaced; {@code Object} for those of which nothing is known. */
    Type resolve(Type type) {
        if (type instanceof TypeVariable<?> variable) {
            Type known = bound.get(variable);
            return known == null || known.equals(variable) ? resolve(variable.getBounds()[0]) : resolve(known);
        } else if (type instanceof WildcardType wildcard) {
            return resolve(wildcard.getUpperBounds()[0]);
        } else if (type instanceof ParameterizedType parameterized) {
            Type[] arguments = Arrays.stream(parameterized.getActualTypeArguments())
                    .map(this::resolve)
                    .toArray(Type[]::new);
            return new Generic((Class<?>) parameterized.getRawType(), List.of(arguments));
        } else if (type instanceof GenericArrayType array) {
            return raw(resolve(array.getGenericComponentType())).arrayType();
        }
        return type instanceof Class<?> raw ? boxed(raw) : type;
    }

    /** The class of a resolved type. */
    static Class<?> raw(Type resolved) {
        return resolved instanceof Class<?> raw
                ? raw
                : resolved instanceof Generic generic ? generic.raw() : Object.class;
    }

    private static Class<?> boxed(Class<?> type) {
        return type.isPrimitive() && type != void.class
                ? java.lang.invoke.MethodType.methodType(type).wrap().returnType()
                : type;
    }

    /** A class with type arguments. */
    record Generic(Class<?> raw, List<Type> arguments) implements ParameterizedType {

        @Override
        public Type[] getActualTypeArguments() {
            return arguments.toArray(Type[]::new);
        }

        @Override
        public Type getRawType() {
            return raw;
        }

        @Override
        public @Nullable Type getOwnerType() {
            return raw.getDeclaringClass();
        }

        @Override
        public String getTypeName() {
            return raw.getName() + "<"
                    + String.join(
                            ", ", arguments.stream().map(Type::getTypeName).toList())
                    + ">";
        }

        @Override
        public String toString() {
            return getTypeName();
        }
    }
}
