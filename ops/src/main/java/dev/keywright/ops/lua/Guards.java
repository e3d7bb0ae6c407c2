package dev.keywright.ops.lua;

import dev.keywright.script.ArgumentKind;
import dev.keywright.script.ScriptHeader;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;

/**
 * What a script, or its header, says of its arguments before it uses them: that they are numbers, from where, up to where, without
 * a fraction. A check anywhere counts.
 */
final class Guards {

    private static final Set<String> ORDER = Set.of("<", "<=", ">", ">=");
    private static final Set<String> EQUALITY = Set.of("==", "~=");

    private final Reading reading;
    private final Set<Integer> least = new HashSet<>();
    private final Set<Integer> most = new HashSet<>();
    private final Set<Integer> whole = new HashSet<>();
    private final Set<Variable> bounded = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<Variable> tested = Collections.newSetFromMap(new IdentityHashMap<>());

    Guards(Reading reading) {
        this.reading = reading;
        reading.block().all(Node.Binary.class).forEach(this::compared);
        reading.calls().forEach(this::matched);
        reading.block().walk(this::truth);
    }

    private void compared(Node.Binary binary) {
        if (ORDER.contains(binary.operator())) {
            bounded(binary.left(), binary.right());
            bounded(binary.right(), binary.left());
            named(binary.left(), binary.right());
            named(binary.right(), binary.left());
        } else if (EQUALITY.contains(binary.operator()) && (isWhole(binary.left()) || isWhole(binary.right()))) {
            whole.addAll(reading.arguments(binary.left()));
            whole.addAll(reading.arguments(binary.right()));
        }
    }

    private void named(Node value, Node bound) {
        if (value instanceof Node.Name name
                && bound instanceof Node.Numeral number
                && number.value() >= 0
                && number.value() <= 1) {
            bounded.add(name.variable());
        }
    }

    /** A bound is a literal or another argument; what the data says is none. */
    private void bounded(Node value, Node bound) {
        if (isData(value) || isData(bound)) {
            return;
        }
        boolean one = false;
        boolean large = false;
        for (Origin origin : reading.origins(bound)) {
            boolean small = origin.is(Origin.Kind.LITERAL) && origin.detail().matches("-?[01](\\.\\d+)?");
            one |= small || !origin.is(Origin.Kind.LITERAL);
            large |= !small;
        }
        if (one) {
            least.addAll(reading.arguments(value));
        }
        if (large) {
            most.addAll(reading.arguments(value));
        }
    }

    private boolean isData(Node node) {
        return reading.origins(node).stream()
                .anyMatch(origin -> origin.is(Origin.Kind.DATA) || origin.is(Origin.Kind.CLOCK));
    }

    private static boolean isWhole(Node node) {
        return node instanceof Node.Call call && Reading.isLibrary(call.function(), "math", "floor", "ceil", "fmod")
                || node instanceof Node.Binary binary && binary.operator().equals("%");
    }

    /** A pattern of digits says that there is no sign and no fraction. */
    private void matched(Node.Call call) {
        boolean match = Reading.isLibrary(call.function(), "string", "match", "find")
                || call.method().equals("match")
                || call.method().equals("find");
        if (match) {
            Node subject = call.method().isEmpty() && !call.arguments().isEmpty()
                    ? call.arguments().get(0)
                    : call.function();
            Set<Integer> arguments = reading.arguments(subject);
            least.addAll(arguments);
            whole.addAll(arguments);
        }
    }

    private void truth(Node node) {
        if (node instanceof Node.If branch) {
            branch.conditions().forEach(this::test);
        } else if (node instanceof Node.Loop loop) {
            test(loop.condition());
        } else if (node instanceof Node.Unary unary && unary.operator().equals("not")) {
            test(unary.operand());
        } else if (node instanceof Node.Binary binary) {
            if (binary.operator().equals("and") || binary.operator().equals("or")) {
                test(binary.left());
            } else if (EQUALITY.contains(binary.operator())) {
                test(binary.left());
                test(binary.right());
            }
        } else if (node instanceof Node.Call call
                && (Reading.isGlobal(call.function(), "type") || Reading.isGlobal(call.function(), "assert"))) {
            call.arguments().forEach(this::test);
        }
    }

    private void test(Node node) {
        if (node instanceof Node.Name name) {
            tested.add(name.variable());
        } else if (node instanceof Node.Binary binary
                && (binary.operator().equals("and") || binary.operator().equals("or"))) {
            test(binary.left());
            test(binary.right());
        }
    }

    /** Whether the script asks if there is anything in it. */
    boolean isTested(Variable variable) {
        return tested.contains(variable);
    }

    /** Whether the script asks if a variable in the expression is 0 or more, or 1, whatever it was worked out from. */
    boolean hasLeast(Node node) {
        return node.all(Node.Name.class).stream().anyMatch(name -> bounded.contains(name.variable()));
    }

    boolean hasLeast(int argument) {
        return has(least, argument)
                || kind(argument).flatMap(ArgumentKind::least).isPresent()
                || isChoice(argument);
    }

    boolean hasMost(int argument) {
        return has(most, argument) || kind(argument).flatMap(ArgumentKind::most).isPresent() || isChoice(argument);
    }

    private static boolean has(Set<Integer> checked, int argument) {
        return checked.contains(argument) || checked.contains(0);
    }

    private boolean isChoice(int argument) {
        return kind(argument)
                .map(ArgumentKind::sort)
                .filter(ArgumentKind.Sort.CHOICE::equals)
                .isPresent();
    }

    /** What the header says of the argument, when it says it in a form that can be checked before the script is sent. */
    Optional<ArgumentKind> kind(int argument) {
        return declared(argument).map(parameter -> ArgumentKind.of(parameter.text()));
    }

    /** Of several functions, the one that promises least. */
    private Optional<ScriptHeader.Parameter> declared(int argument) {
        return reading.headers().stream()
                .filter(ScriptHeader::isFormal)
                .flatMap(header -> header.arguments().stream())
                .filter(parameter -> parameter.covers(argument))
                .min(Comparator.comparing(
                        parameter -> ArgumentKind.of(parameter.text()).least().isPresent()));
    }

    /** Whether somebody outside can be held to what the header says of the argument. */
    boolean isDeclared(int argument) {
        return declared(argument).isPresent()
                || argument == 0 && reading.headers().stream().allMatch(ScriptHeader::isFormal);
    }
}
