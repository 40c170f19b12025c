/* Steps of the optimizers over all parameters, for floating T. Settings are rounded to T once, here. */

static void FN(sgd_piece)(void *context, int64_t begin, int64_t end) {
    const step_task *t = context;
    const double *s = t->settings;
    T *velocity = t->first ? (T *)t->first + begin : NULL;
    t->loops->FN(sgd)(end - begin, (T *)t->w + begin, (const T *)t->g + begin, velocity, (T)s[0], (T)s[1], (T)s[2],
                      t->variant);
}

void FN(cnn_sgd)(int64_t n, T *w, const T *g, T *velocity, double lr, double momentum, double decay, bool nesterov) {
    step_task task = { cnn_elementwise_loops(), w, g, velocity, NULL, { lr, momentum, decay }, nesterov };
    parallel_pieces(n, ELEMENTWISE_GRAIN, FN(sgd_piece), &task);
}

static void FN(adam_piece)(void *context, int64_t begin, int64_t end) {
    const step_task *t = context;
    T factors[SETTINGS];
    for (int i = 0; i < SETTINGS; i++) factors[i] = (T)t->settings[i];
    t->loops->FN(adam)(end - begin, (T *)t->w + begin, (const T *)t->g + begin, (T *)t->first + begin,
                       (T *)t->second + begin, factors, t->variant);
}

void FN(cnn_adam)(int64_t n, T *w, const T *g, T *m, T *v, double lr, double beta1, double beta2, double eps,
                  double decay, bool decoupled, int64_t step) {
    double bias1 = 1.0 - cnn_pow(beta1, (double)step), bias2 = 1.0 - cnn_pow(beta2, (double)step);
    step_task task = {
        cnn_elementwise_loops(), w, g, m, v,
        { beta1, 1.0 - beta1, beta2, 1.0 - beta2, lr / bias1, 1.0 / __builtin_sqrt(bias2), eps,
          decoupled ? 1.0 - lr * decay : decay },
        decoupled,
    };
    parallel_pieces(n, ELEMENTWISE_GRAIN, FN(adam_piece), &task);
}

static void FN(rmsprop_piece)(void *context, int64_t begin, int64_t end) {
    const step_task *t = context;
    const double *s = t->settings;
    t->loops->FN(rmsprop)(end - begin, (T *)t->w + begin, (const T *)t->g + begin, (T *)t->second + begin, (T)s[0],
                          (T)s[1], (T)s[2], (T)s[3], (T)s[4]);
}

void FN(cnn_rmsprop)(int64_t n, T *w, const T *g, T *v, double lr, double alpha, double eps, double decay) {
    step_task task = { cnn_elementwise_loops(), w, g, NULL, v, { lr, alpha, 1.0 - alpha, eps, decay }, false };
    parallel_pieces(n, ELEMENTWISE_GRAIN, FN(rmsprop_piece), &task);
}

static void FN(adagrad_piece)(void *context, int64_t begin, int64_t end) {
    const step_task *t = context;
    const double *s = t->settings;
    t->loops->FN(adagrad)(end - begin, (T *)t->w + begin, (const T *)t->g + begin, (T *)t->second + begin, (T)s[0],
                          (T)s[1], (T)s[2]);
}

void FN(cnn_adagrad)(int64_t n, T *w, const T *g, T *v, double lr, double eps, double decay) {
    step_task task = { cnn_elementwise_loops(), w, g, NULL, v, { lr, eps, decay }, false };
    parallel_pieces(n, ELEMENTWISE_GRAIN, FN(adagrad_piece), &task);
}
