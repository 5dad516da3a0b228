import { mount } from 'svelte';
import { config } from 'zod';
import './app.css';
import App from './App.svelte';

// Schemas would be compiled by `new Function`, which the page's security policy forbids.
config({ jitless: true });

mount(App, { target: document.getElementById('app')! });
