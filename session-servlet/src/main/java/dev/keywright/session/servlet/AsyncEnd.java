package dev.keywright.session.servlet;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;

/** Saves, at the end of an asynchronous request, what nobody saved before: after a time limit or an error. */
record AsyncEnd(Exchange exchange) implements AsyncListener {

    @Override
    public void onComplete(AsyncEvent event) {
        exchange.saveLate();
    }

    @Override
    public void onTimeout(AsyncEvent event) {}

    @Override
    public void onError(AsyncEvent event) {}

    @Override
    public void onStartAsync(AsyncEvent event) {
        event.getAsyncContext().addListener(this); // which forgets its listeners when it starts again
    }
}
