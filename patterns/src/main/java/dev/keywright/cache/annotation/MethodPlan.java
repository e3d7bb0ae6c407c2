package dev.keywright.cache.annotation;

import dev.keywright.cache.annotation.Call.Source;
import dev.keywright.cache.annotation.Rule.Due;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What the annotations of a method make of its calls: evict, read or run, put, evict. */
record MethodPlan(
        Shape shape, @Nullable Rule read, List<Rule> before, List<Rule> puts, List<Rule> after, Executor executor) {

    @Nullable
    Object run(Invocation invocation, Shape.Body body) throws InvocationTargetException {
        return shape.later() ? later(invocation, body) : now(invocation, body);
    }

    private @Nullable Object now(Invocation invocation, Shape.Body body) throws InvocationTargetException {
        Rule.due(before, invocation).forEach(due -> due.evict(null));
        List<Due> puts = Rule.due(this.puts, invocation);
        List<Due> evicts = Rule.due(after, invocation);
        Object given;
        try {
            Due reading = read == null ? null : read.due(invocation);
            if (reading == null || reading.text() == null) {
                given = body.run();
            } else {
                Source source = source(reading, body);
                given = shape.wrap(reading.rule().cache().get(new Call(reading.text(), source), source));
            }
        } catch (InvocationTargetException e) {
            evicts.forEach(due -> due.evict(null));
            throw e;
        }
        Object result = shape.value(given);
        puts.forEach(due -> due.put(result));
        evicts.forEach(due -> due.evict(result));
        return given;
    }

    private Source source(Due reading, Shape.Body body) {
        return new Source(shape, body, reading.rule().unless(), reading.rule().cache());
    }

    /** What waits for Redis does so on threads of its own. */
    private CompletableFuture<@Nullable Object> later(Invocation invocation, Shape.Body body) {
        List<Due> first = Rule.due(before, invocation);
        List<Due> puts = Rule.due(this.puts, invocation);
        List<Due> evicts = Rule.due(after, invocation);
        CompletableFuture<@Nullable Object> result = first.isEmpty()
                ? begin(invocation, body)
                : CompletableFuture.runAsync(() -> first.forEach(due -> due.evict(null)), executor)
                        .thenCompose(evicted -> begin(invocation, body));
        CompletableFuture<@Nullable Object> answer = new CompletableFuture<>();
        if (puts.isEmpty() && evicts.isEmpty()) {
            CompletionStage<?> unused = result.whenComplete((value, failure) -> complete(answer, value, failure));
        } else {
            CompletionStage<?> unused = result.whenCompleteAsync(
                    (value, failure) -> {
                        if (failure == null) {
                            puts.forEach(due -> due.put(value));
                        }
                        evicts.forEach(due -> due.evict(value));
                        complete(answer, value, failure);
                    },
                    executor);
        }
        return answer;
    }

    private void complete(
            CompletableFuture<@Nullable Object> answer, @Nullable Object value, @Nullable Throwable failure) {
        if (failure == null) {
            answer.complete(shape.wrap(value));
        } else {
            answer.completeExceptionally(Shape.cause(failure));
        }
    }

    /** What the method brings, or what is kept of it, without its wrapping. */
    private CompletableFuture<@Nullable Object> begin(Invocation invocation, Shape.Body body) {
        Due reading = read == null ? null : read.due(invocation);
        if (reading != null && reading.text() != null) {
            Source source = source(reading, body);
            return reading.rule().cache().getLater(new Call(reading.text(), source), source);
        }
        try {
            Object stage = body.run();
            return stage == null
                    ? CompletableFuture.completedFuture(null)
                    : ((CompletionStage<?>) stage)
                            .<@Nullable Object>thenApply(shape::value)
                            .toCompletableFuture();
        } catch (InvocationTargetException e) {
            return CompletableFuture.failedFuture(e.getTargetException());
        }
    }
}
