import 'element-plus/dist/index.css'
import 'element-plus/theme-chalk/dark/css-vars.css'
import './styles/tokens.css'
import './styles/elementPlus.css'
import './styles/base.css'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { z } from 'zod'
import App from './App.vue'
import { createAppRouter } from './router/router'

// Compiling schemas at run time needs `eval`, which the content security policy refuses.
z.config({ jitless: true })

createApp(App).use(createPinia()).use(createAppRouter()).mount('#app')
