package dev.keywright.ops.lua;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A piece of a script: an expression or a statement, with the pieces it is made of. Names know their variable. */
sealed interface Node {

    int line();

    /** In the order of the text. */
    default List<Node> parts() {
        return List.of();
    }

    /** Shows this and all below it, from the top. */
    default void walk(Consumer<Node> visitor) {
        visitor.accept(this);
        parts().forEach(part -> part.walk(visitor));
    }

    /** This and all below it of that kind. */
    default <N extends Node> List<N> all(Class<N> kind) {
        List<N> found = new ArrayList<>();
        walk(node -> {
            if (kind.isInstance(node)) {
                found.add(kind.cast(node));
            }
        });
        return found;
    }

    private static List<Node> list(Stream<? extends Node> nodes) {
        return nodes.<Node>map(node -> node).toList();
    }

    /** {@code nil}, {@code true} or {@code false}. */
    record Constant(int line, String word) implements Node {}

    record Numeral(int line, String text) implements Node {
        double value() {
            return text.startsWith("0x") || text.startsWith("0X")
                    ? new BigInteger(text.substring(2), 16).doubleValue()
                    : Double.parseDouble(text);
        }
    }

    record Text(int line, String value) implements Node {}

    /** {@code ...} of the function whose variable stands for all of them. */
    record Rest(int line, @Nullable Variable variable) implements Node {}

    record Name(int line, String name, Variable variable) implements Node {}

    record Index(int line, Node object, Node key) implements Node {
        @Override
        public List<Node> parts() {
            return List.of(object, key);
        }
    }

    /** @param method of {@code object:method(...)}; empty for a plain call */
    record Call(int line, Node function, String method, List<Node> arguments) implements Node {
        @Override
        public List<Node> parts() {
            return list(Stream.concat(Stream.of(function), arguments.stream()));
        }
    }

    record Function(
            int line, List<Variable> parameters, @Nullable Variable rest, Block body) implements Node {
        @Override
        public List<Node> parts() {
            return List.of(body);
        }
    }

    record Binary(int line, String operator, Node left, Node right) implements Node {
        @Override
        public List<Node> parts() {
            return List.of(left, right);
        }
    }

    record Unary(int line, String operator, Node operand) implements Node {
        @Override
        public List<Node> parts() {
            return List.of(operand);
        }
    }

    /** @param keys as many as values; a key that counts up by itself is the constant {@code nil} */
    record Table(int line, List<Node> keys, List<Node> values) implements Node {
        @Override
        public List<Node> parts() {
            return list(Stream.concat(keys.stream(), values.stream()));
        }
    }

    /** What a loop over the container hands out: its elements, or their places. */
    record Element(int line, Node container, boolean place) implements Node {}

    /** What a counting loop hands out. */
    record Counter(int line, Node from, Node to) implements Node {}

    record Block(int line, List<Node> statements) implements Node {
        @Override
        public List<Node> parts() {
            return statements;
        }
    }

    record Local(int line, List<Variable> variables, List<Node> values) implements Node {
        @Override
        public List<Node> parts() {
            return values;
        }
    }

    record Assign(int line, List<Node> targets, List<Node> values) implements Node {
        @Override
        public List<Node> parts() {
            return list(Stream.concat(targets.stream(), values.stream()));
        }
    }

    /** A call whose result nobody takes. */
    record Evaluate(int line, Node call) implements Node {
        @Override
        public List<Node> parts() {
            return List.of(call);
        }
    }

    /** {@code while} or {@code repeat}. */
    record Loop(int line, Node condition, Block body) implements Node {
        @Override
        public List<Node> parts() {
            return List.of(condition, body);
        }
    }

    /** @param blocks one per condition, and one more where there is an {@code else} */
    record If(int line, List<Node> conditions, List<Block> blocks) implements Node {
        @Override
        public List<Node> parts() {
            return list(Stream.concat(conditions.stream(), blocks.stream()));
        }
    }

    record Count(int line, Variable variable, List<Node> bounds, Block body) implements Node {
        @Override
        public List<Node> parts() {
            return list(Stream.concat(bounds.stream(), Stream.of(body)));
        }
    }

    record Each(int line, List<Variable> variables, List<Node> iterators, Block body) implements Node {
        @Override
        public List<Node> parts() {
            return list(Stream.concat(iterators.stream(), Stream.of(body)));
        }
    }

    record Return(int line, List<Node> values) implements Node {
        @Override
        public List<Node> parts() {
            return values;
        }
    }

    record Break(int line) implements Node {}
}
